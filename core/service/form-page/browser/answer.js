/** So many classes are shown at once; the rest can be unfolded. */
const shownClasses = 10;

/** A longer name of a class is written smaller. */
const shortName = 20;

/**
 * Shows answers in the page.
 *
 * @param {HTMLElement} headline
 * @param {HTMLElement} figure  `#bars` of a classification, `#scale` of a regression
 * @param {HTMLElement} brief   the short answer that follows the form on a small screen
 * @returns {(row: Record<string, unknown>) => void}
 */
export function answerView(headline, figure, brief) {
  const bars = barsIn(figure);
  const scale = scaleIn(figure);
  return ({ class_names: names, probabilities, prediction }) => {
    headline.replaceChildren();
    if (!Array.isArray(names) || !Array.isArray(probabilities)) {
      headline.append(element("b", String(prediction)));
      brief.textContent = String(prediction);
      scale(Number(prediction));
      return;
    }
    const ranked = names
      .map((name, index) => ({ name: String(name), probability: Number(probabilities[index]) }))
      .sort((one, other) => other.probability - one.probability);
    const [best] = ranked;
    if (best === undefined) return;
    const text = percent(best.probability);
    headline.classList.toggle("long", best.name.length > shortName);
    headline.append(element("b", best.name), " ", element("span", text));
    brief.replaceChildren(element("b", best.name), " ", element("span", text));
    bars(ranked);
  };
}

/**
 * A share as a percentage: 96.7%; not rounded to all or nothing.
 *
 * @param {number} share
 */
function percent(share) {
  const value = share * 100;
  if (value > 0 && value < 0.1) return "<0.1%";
  if (value < 100 && value > 99.9) return ">99.9%";
  return `${value === 0 || value === 100 ? value : value.toFixed(1)}%`;
}

/**
 * One bar a class, the best first. A bar belongs to its rank, so that bars grow and shrink rather than jump.
 *
 * @param {HTMLElement} figure
 */
function barsIn(figure) {
  const first = document.createElement("ol");
  const rest = document.createElement("ol");
  const more = document.createElement("details");
  const summary = element("summary", "");
  more.append(summary, rest);
  /** @type {ReturnType<typeof barOf>[]} */
  const bars = [];
  return (/** @type {{ name: string, probability: number }[]} */ ranked) => {
    while (bars.length < ranked.length) {
      const bar = barOf();
      (bars.length < shownClasses ? first : rest).append(bar.item);
      bars.push(bar);
    }
    for (const [rank, { name, probability }] of ranked.entries()) bars[rank]?.show(name, probability);
    summary.textContent = `${ranked.length - shownClasses} more`;
    if (first.isConnected) return;
    figure.append(first);
    rest.start = shownClasses + 1;
    if (ranked.length > shownClasses) figure.append(more);
  };
}

function barOf() {
  const item = document.createElement("li");
  const label = element("span", "", "label");
  const share = element("span", "", "share");
  const bar = element("span", "", "bar");
  const track = element("span", "", "track");
  track.ariaHidden = "true";
  track.append(bar);
  item.append(label, " ", share, track);
  return {
    item,
    show(/** @type {string} */ name, /** @type {number} */ probability) {
      label.textContent = name;
      share.textContent = percent(probability);
      bar.style.width = `${probability * 100}%`;
    },
  };
}

/**
 * Where a number lies among what was predicted for the training rows; nothing where that is not known.
 *
 * @param {HTMLElement} figure
 */
function scaleIn(figure) {
  const low = Number(figure.dataset["low"]);
  const high = Number(figure.dataset["high"]);
  const track = element("div", "", "track");
  const mark = element("span", "", "mark");
  track.append(mark);
  track.ariaHidden = "true";
  const note = element("p", "", "hint");
  return (/** @type {number} */ value) => {
    if (!(high > low)) return;
    const share = (value - low) / (high - low);
    mark.style.left = `${Math.min(1, Math.max(0, share)) * 100}%`;
    const span = `${rounded(low)} to ${rounded(high)}`;
    note.textContent =
      share < 0 || share > 1
        ? `Outside of what it predicted for the training rows: ${span}`
        : `For the training rows it predicted ${span}`;
    if (!track.isConnected) figure.append(track, note);
  };
}

/** @param {number} value */
function rounded(value) {
  return String(Number(value.toPrecision(4)));
}

/**
 * @param {string} tag
 * @param {string} text
 * @param {string} [className]
 */
function element(tag, text, className) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className !== undefined) made.className = className;
  return made;
}
