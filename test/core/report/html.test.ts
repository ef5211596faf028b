import { expect, test } from "bun:test";
import { html } from "../../../core/report/html.ts";

test("html`` escapes text, also inside an attribute", () => {
  expect(html`<a title="${`"&'`}">${"<script>"}</a>`.markup).toBe(
    '<a title="&quot;&amp;&#39;">&lt;script&gt;</a>',
  );
});

test("html`` keeps markup and lists of it, writes numbers, and nothing for undefined", () => {
  expect(html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}</ul>${undefined}`.markup).toBe(
    "<ul><li>1</li><li>2</li></ul>",
  );
});
