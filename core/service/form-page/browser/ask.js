/**
 * @typedef {object} FieldError
 * @property {string | null} field
 * @property {string} code
 * @property {string} expected
 */

/**
 * @typedef {{ kind: "answer", row: Record<string, unknown>, modelId: string | null }
 *   | { kind: "invalid", detail: string, errors: FieldError[] }
 *   | { kind: "key", refused: boolean }
 *   | { kind: "problem", text: string }} Outcome
 */

/**
 * Asks the service for predictions; the key is kept here and nowhere else.
 *
 * @param {string} path  relative to the page
 */
export function askerOf(path) {
  let key = "";
  return {
    /** @param {string} text */
    useKey(text) {
      key = text;
    },
    hasKey: () => key !== "",
    /**
     * @param {string} body  a JSON array of one row
     * @param {AbortSignal} signal
     * @returns {Promise<Outcome>}
     */
    async ask(body, signal) {
      /** @type {Record<string, string>} */
      const headers = { "content-type": "application/json" };
      if (key !== "") headers["x-api-key"] = key;
      let response;
      try {
        response = await fetch(path, { method: "POST", headers, body, signal });
      } catch (error) {
        if (signal.aborted) throw error;
        return problem("The service does not answer. Look whether it runs, then press Predict again.");
      }
      if (response.status === 401) return { kind: "key", refused: key !== "" };
      const content = await contentOf(response);
      return response.ok ? answerFrom(content, response) : refusalFrom(content, response);
    },
  };
}

/**
 * @param {unknown} content
 * @param {Response} response
 * @returns {Outcome}
 */
function answerFrom(content, response) {
  const row = Array.isArray(content) ? content[0] : undefined;
  if (!isRecord(row)) return problem("The answer is no prediction. Is something else at this address?");
  return { kind: "answer", row, modelId: response.headers.get("x-model-id") };
}

/**
 * @param {unknown} content
 * @param {Response} response
 * @returns {Outcome}
 */
function refusalFrom(content, { status, headers }) {
  if (!isRecord(content)) return problem(`The service answered with status ${status}. Press Predict again.`);
  const detail = String(content["detail"] ?? content["title"] ?? `Status ${status}`);
  if (status === 422 && Array.isArray(content["errors"]))
    return { kind: "invalid", detail, errors: content["errors"] };
  if (status === 503 || status === 429) {
    const seconds = Number(headers.get("retry-after") ?? "1");
    const when = seconds > 1 ? ` in ${seconds} seconds` : "";
    return problem(`${sentence(detail)} Nothing of what you filled in is lost: press Predict again${when}.`);
  }
  return problem(
    `${sentence(detail)} (Status ${status}, request ${headers.get("x-request-id") ?? "unknown"}.)`,
  );
}

/** @param {Response} response */
async function contentOf(response) {
  try {
    /** @type {unknown} */
    const content = await response.json();
    return content;
  } catch (error) {
    // Not JSON: from a proxy, not from the service.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * @param {string} text
 * @returns {Outcome}
 */
function problem(text) {
  return { kind: "problem", text };
}

/** @param {string} detail */
function sentence(detail) {
  return /[.!?]$/.test(detail) ? detail : `${detail}.`;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
