import type { Html } from "./html.ts";

/** The page's style sheet: light, dark where the reader prefers it, and paper. */
export const style: Html = {
  markup: `
:root { color-scheme: light; --paper: #fbfaf8; --card: #fff; --ink: #1c2127; --muted: #59626d; --line: #e1e0dc;
  --grid: #ecebe7; --axis: #8b929b; --hit: #9cc3ee; --miss: #f6b98a; --warn: #b45309; --good: #1a7048; --bad: #b3361f;
  --c0: #2a6db5; --c1: #d0661b; --c2: #1f8055; --c3: #7a4fb3; --c4: #b8357f; --c5: #0e7d8a; }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; --paper: #14171b; --card: #1b1f25; --ink: #e7e9ec;
  --muted: #a2abb6; --line: #30363e; --grid: #262b32; --axis: #727b86; --hit: #2d5c92; --miss: #8a4a1c; --warn: #e5a04b;
  --good: #6cc79a; --bad: #f08a74; --c0: #74aeee; --c1: #ee9a55; --c2: #62c295; --c3: #b498ee; --c4: #ec82bd; --c5: #58c3d0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 2.5rem) 4rem; max-width: 72rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
h1, h2, h3, p, figure, ul, dl, dd { margin: 0; } p, li, caption { overflow-wrap: anywhere; }
h1 { font-size: clamp(1.7rem, 5vw, 2.4rem); line-height: 1.15; letter-spacing: -0.02em; overflow-wrap: anywhere; }
h1 span { color: var(--muted); font-weight: 400; }
h2 { font-size: 1.3rem; letter-spacing: -0.01em; margin-bottom: 0.9rem; }
h3 { font-size: 1rem; margin-bottom: 0.5rem; }
b { font-weight: 650; overflow-wrap: anywhere; }
small { display: block; color: var(--muted); font-size: 0.8rem; font-weight: 400; line-height: 1.35; }
header p { color: var(--muted); margin-top: 0.4rem; overflow-wrap: anywhere; }
header b { color: var(--ink); }
header .kind { margin: 0 0 0.3rem; font-size: 0.8rem; text-transform: uppercase; letter-spacing: 0.1em; }
main > section { margin-top: 2.75rem; }
main > section:first-child { margin-top: 1.5rem; }
.summary, figure, .scroll, .warnings, dl { background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; }
.summary { display: grid; grid-template-columns: auto 1fr; gap: 1rem 2.25rem; align-items: center; padding: 1.5rem clamp(1rem, 3vw, 2rem); }
.figure { width: min-content; min-width: 13rem; max-width: 100%; color: var(--muted); line-height: 1.3; }
.figure b { display: block; white-space: nowrap; overflow-wrap: normal; color: var(--c0); font-size: clamp(2.4rem, 6vw, 3.4rem); line-height: 1.1; letter-spacing: -0.03em;
  font-variant-numeric: tabular-nums; }
.lead { font-size: 1.1rem; }
.summary p + p:not(:empty) { margin-top: 0.5rem; }
.summary p:not(.lead, .figure) { color: var(--muted); }
.summary p:not(.lead, .figure) b { color: var(--ink); }
.warnings { margin-top: 1rem; padding: 1rem clamp(1rem, 3vw, 2rem); border-left: 4px solid var(--warn); }
.warnings h2 { font-size: 1rem; margin-bottom: 0.3rem; color: var(--warn); }
.warnings ul, .findings { padding-left: 1.1rem; }
.findings { margin-bottom: 1rem; }
section > p + .scroll { margin-top: 0.75rem; }
.note { margin-top: 0.6rem; color: var(--muted); font-size: 0.875rem; }
.scroll { overflow-x: auto; padding: 0.75rem 0; } .scroll table { padding: 0; } .scroll th:first-child, .scroll td:first-child, caption { padding-left: clamp(0.6rem, 2vw, 1.25rem); }
.scroll th:last-child, .scroll td:last-child, caption { padding-right: clamp(0.6rem, 2vw, 1.25rem); }
.scroll:focus-visible { outline: 2px solid var(--c0); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); font-size: 0.875rem; padding-bottom: 0.5rem; }
th, td { padding: 0.4rem 0.6rem; text-align: right; border-top: 1px solid var(--line); vertical-align: middle; }
thead th, thead td { border-top: 0; color: var(--muted); font-size: 0.8rem; font-weight: 500; vertical-align: bottom; }
tbody th, th:first-child, .text { text-align: left; }
tbody th { font-weight: 500; overflow-wrap: break-word; min-width: 7rem; }
details { margin-top: 1rem; } details .scroll { margin-top: 0.5rem; }
summary { cursor: pointer; padding: 0.7rem 0; color: var(--c0); font-weight: 500; } summary:focus-visible { outline: 2px solid var(--c0); }
.numbers td { white-space: nowrap; }
.numbers td.text { white-space: normal; }
.main { font-weight: 650; }
.better { color: var(--good); } .moved { color: var(--warn); } .worse { color: var(--bad); }
.confusion td, .confusion thead th { text-align: center; }
.confusion thead th { min-width: 3.4rem; overflow-wrap: break-word; }
.confusion tbody td { border: 3px solid var(--card); border-radius: 0.5rem; height: 3.4rem; }
.confusion tbody th { border-top: 0; }
.confusion small { color: inherit; font-size: 0.75rem; }
.hit { background: color-mix(in srgb, var(--hit) var(--share), var(--card)); }
.miss { background: color-mix(in srgb, var(--miss) calc(25% + 0.75 * var(--share)), var(--card)); }
.none, .total { color: var(--muted); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; align-items: start; }
.stack, .figures { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
.figures { grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.figures.three { grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); }
.pair + .figures, .stack + .figures, .note + .figures { margin-top: 1rem; }
figure { padding: 1rem 1.1rem; }
figcaption { color: var(--muted); font-size: 0.85rem; line-height: 1.4; margin-top: 0.6rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.15rem 1rem; padding: 0; list-style: none; font-size: 0.85rem; margin-top: 0.4rem;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.key { display: inline-block; width: 0.75rem; height: 0.75rem; border-radius: 0.2rem; background: var(--s); margin-right: 0.4rem; }
.s0 { --s: var(--c0); } .s1 { --s: var(--c1); } .s2 { --s: var(--c2); } .s3 { --s: var(--c3); } .s4 { --s: var(--c4); } .s5 { --s: var(--c5); }
.chart { display: block; width: 100%; max-width: 28rem; margin: 0 auto; }
svg text { font-size: 12.5px; fill: var(--muted); font-variant-numeric: tabular-nums; }
.grid { stroke: var(--grid); } .axis { stroke: var(--axis); } .grid, .axis { stroke-width: 1; fill: none; vector-effect: non-scaling-stroke; }
.reference { stroke: var(--muted); stroke-width: 1.2; stroke-dasharray: 4 4; fill: none; }
.curve { stroke: var(--s); fill: none; stroke-linejoin: round; }
.bar, .dot { fill: var(--s); } .dot { stroke: var(--card); stroke-width: 1.5; }
.dots { fill: var(--s); } .clear { fill-opacity: 0.75; } .soft { fill-opacity: 0.5; } .faint { fill-opacity: 0.3; }
.range { display: block; width: 100%; height: 1rem; } .whisker { stroke: var(--ink); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.importance .wide { width: 60%; min-width: 8rem; }
.spark { display: block; width: 6rem; height: 1.5rem; } .spark rect { fill: var(--c0); }
.features em { color: var(--muted); font-style: normal; font-size: 0.75rem; border: 1px solid var(--line); border-radius: 1rem; padding: 0 0.5rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 0.75rem 1.5rem; padding: 1rem clamp(1rem, 3vw, 1.5rem); }
dl + h3 { margin-top: 1.25rem; }
dl.params { grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr)); }
dt { color: var(--muted); font-size: 0.8rem; }
dd { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
caption span { display: inline-block; position: sticky; left: clamp(0.6rem, 2vw, 1.25rem); max-width: min(100%, 100vw - 4rem); }
.scroll tbody th:first-child, .scroll thead > tr > :first-child { position: sticky; left: 0; background: var(--card); }
@media (max-width: 40rem) { .summary { grid-template-columns: 1fr; } .figure { width: auto; } table { font-size: 0.9rem; } th, td { padding: 0.4rem 0.3rem; }
  tbody th { min-width: 6rem; } tbody th:has(small) { min-width: 9rem; } .importance .wide { min-width: 4rem; width: 40%; } }
@media print { @page { margin: 15mm; } body { padding: 0; max-width: none; font-size: 12px; } .scroll { overflow: visible; }
  figure, tr, .summary, .warnings, dl div { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; } summary { display: none; } h2, caption { break-after: avoid; } * { print-color-adjust: exact; } }
`,
};
