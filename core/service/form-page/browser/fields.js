/** @typedef {string | number | boolean | null} Value */

/**
 * @typedef {object} Field
 * @property {string} name  of the feature
 * @property {HTMLElement} element
 * @property {() => Value | undefined} read  `undefined` where it is empty and must not be
 * @property {(value: Value) => void} write
 * @property {(text: string) => void} complain  the empty text takes a complaint back
 * @property {() => void} focus
 */

/**
 * The fields of the form, in the order of the features.
 *
 * @param {HTMLElement} form
 * @returns {Field[]}
 */
export function fieldsOf(form) {
  return Array.from(form.querySelectorAll("[data-feature]"), (element) => {
    if (!(element instanceof HTMLElement)) throw new TypeError("A field is no element of HTML");
    return fieldOf(element);
  });
}

/**
 * @param {HTMLElement} element
 * @returns {Field}
 */
function fieldOf(element) {
  const { feature: name = "", type = "", nullable } = element.dataset;
  const control = element instanceof HTMLFieldSetElement ? buttonsIn(element) : inputIn(element);
  const error = element.querySelector(".error");
  return {
    name,
    element,
    read() {
      const text = control.read();
      if (text === "") return nullable === undefined ? undefined : null;
      if (type === "boolean") return text === "true";
      return type === "number" || type === "integer" ? Number(text) : text;
    },
    write: (value) => control.write(value === null ? "" : String(value)),
    complain(text) {
      control.labelled.setAttribute("aria-invalid", String(text !== ""));
      if (!(error instanceof HTMLElement)) return;
      error.textContent = text;
      error.hidden = text === "";
    },
    focus: () => control.focused()?.focus(),
  };
}

/**
 * @typedef {object} Control
 * @property {() => string} read
 * @property {(text: string) => void} write
 * @property {Element} labelled  what bears the field's name for a screen reader
 * @property {() => HTMLElement | undefined} focused  what to put the focus on
 */

/**
 * @param {HTMLElement} element
 * @returns {Control}
 */
function buttonsIn(element) {
  const radios = Array.from(element.querySelectorAll("input"));
  const checked = () => radios.find((radio) => radio.checked);
  return {
    read: () => checked()?.value ?? "",
    write(text) {
      for (const radio of radios) radio.checked = radio.value === text;
    },
    labelled: element,
    focused: () => checked() ?? radios[0],
  };
}

/**
 * @param {HTMLElement} element
 * @returns {Control}
 */
function inputIn(element) {
  const input = element.querySelector("input:not(.slider), select");
  if (!(input instanceof HTMLInputElement || input instanceof HTMLSelectElement))
    throw new TypeError("A field has nothing to fill in");
  const follow = slideBeside(element, input);
  return {
    read: () => input.value,
    write(text) {
      input.value = text;
      follow();
    },
    labelled: input,
    focused: () => input,
  };
}

/**
 * Keeps the input and the slider beside it together, where there is one. A value that the slider does not reach
 * stays in the input, and is marked where the slider spans what the model has learned from.
 *
 * @param {HTMLElement} element
 * @param {HTMLInputElement | HTMLSelectElement} input
 */
function slideBeside(element, input) {
  const slider = element.querySelector(".slider");
  const outside = element.querySelector(".outside");
  if (!(slider instanceof HTMLInputElement)) return () => undefined;
  const follow = () => {
    const isEmpty = input.value === "";
    const value = Number(input.value);
    if (!isEmpty) slider.value = input.value;
    slider.classList.toggle("empty", isEmpty);
    const { min, max, dataset } = slider;
    const isOutside = !isEmpty && (value < Number(min) || value > Number(max));
    if (outside instanceof HTMLElement) outside.hidden = !(isOutside && dataset["learned"] !== undefined);
    paint(slider);
  };
  // Before the form hears of it, so that the form reads the new value.
  slider.addEventListener("input", () => {
    input.value = slider.value;
    follow();
  });
  input.addEventListener("input", follow);
  follow();
  return follow;
}

/**
 * The part of the track before the thumb has a colour of its own.
 *
 * @param {HTMLInputElement} slider
 */
function paint(slider) {
  const { min, max, value } = slider;
  const share = (Number(value) - Number(min)) / (Number(max) - Number(min));
  slider.style.setProperty("--share", String(share));
}
