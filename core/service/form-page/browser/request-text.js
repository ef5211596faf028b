/**
 * The request as a person would type it into a shell: the key, where there is one, comes from a variable.
 *
 * @param {string} path  relative to the page
 * @param {string} body
 * @param {boolean} hasKey
 */
export function curlOf(path, body, hasKey) {
  const lines = [
    `curl ${quoted(new URL(path, document.baseURI).href)}`,
    "-H 'content-type: application/json'",
    ...(hasKey ? ['-H "x-api-key: $API_KEY"'] : []),
    `-d ${quoted(body)}`,
  ];
  return lines.join(" \\\n  ");
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Copies the text of the element. A page that is not from this machine may only do so over HTTPS: then it is selected.
 *
 * @param {HTMLElement} element
 * @returns {Promise<boolean>} whether it was copied, rather than selected
 */
export async function copyText(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    getSelection()?.selectAllChildren(element);
    return false;
  }
}
