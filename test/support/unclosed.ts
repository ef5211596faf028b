/** Elements that are opened and not closed in order, void ones and self-closed ones apart. */
export function unclosed(page: string): string[] {
  const open: string[] = [];
  for (const [, closing, name = "", selfClosed] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
    if (selfClosed || ["meta", "wbr"].includes(name)) continue;
    if (!closing) open.push(name);
    else if (open.pop() !== name) return [...open, `/${name}`];
  }
  return open;
}
