import type { Page } from "playwright-core";

/**
 * The texts of the page with too little contrast to what is behind them, and the ratio of each.
 *
 * @see WCAG 2.2, 1.4.3 (4.5 to 1) and its definition of relative luminance
 */
export async function faintTexts(page: Page): Promise<readonly string[]> {
  return await page.evaluate(`(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const channels = (colour) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return canvas.getImageData(0, 0, 1, 1).data;
    };
    const luminance = ([r, g, b]) => {
      const [R, G, B] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * R + 0.7152 * G + 0.0722 * B;
    };
    const behind = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const colour = channels(getComputedStyle(at).backgroundColor);
        if (colour[3] === 255) return colour;
      }
      return [255, 255, 255];
    };
    const faint = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (node.textContent.trim() === "" || element.closest("script, noscript") || !element.checkVisibility()) continue;
      const [light, dark] = [luminance(channels(getComputedStyle(element).color)), luminance(behind(element))].sort((a, b) => b - a);
      const ratio = (light + 0.05) / (dark + 0.05);
      if (ratio < 4.5) faint.push(ratio.toFixed(2) + " " + node.textContent.trim());
    }
    return faint;
  })()`);
}

/** What a finger has to hit that is lower than 44 CSS pixels. @see WCAG 2.2, 2.5.5 */
export async function smallTargets(page: Page): Promise<readonly string[]> {
  return await page.evaluate(`Array.from(document.querySelectorAll("button, input:not([type=radio]), select, .options label, summary, nav a"))
    .filter((target) => target.checkVisibility() && target.getBoundingClientRect().height < 44)
    .map((target) => target.outerHTML)`);
}

/** By how many CSS pixels the page is wider than the window. */
export async function overflowPx(page: Page): Promise<number> {
  return await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
