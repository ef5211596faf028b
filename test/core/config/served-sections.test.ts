import { expect, test } from "bun:test";
import { servedSections } from "../../../core/config/served-sections.ts";

test("servedSections() keeps what a service reads, as it was set, and no comment", () => {
  const text = `# of iris
project: { name: iris, version: "1.0" }
source: src
train: { seed: 7 }
serve:
  max_rows: 100 # enough
  port: 0x50
image: { registry: registry.example.com }
deploy:
  replicas: 3
`;
  expect(servedSections(text)).toBe(
    'project:\n  name: iris\n  version: "1.0"\nserve:\n  max_rows: 100\n  port: 80\n',
  );
});

test.each(["", "# nothing\n", "serve: ~\n", "train: {seed: 1}\n"])(
  "servedSections() of %p is a configuration that sets nothing",
  (text) => {
    expect(servedSections(text)).toBe("{}\n");
  },
);
