/** The part-th of equal shares of `from..to`, cut at multiples of `unit` from there. */
export function shareOf(
  { from, to, unit = 1 }: { readonly from: number; readonly to: number; readonly unit?: number },
  part: number,
  nParts: number,
): { readonly start: number; readonly end: number } {
  const units = Math.ceil((to - from) / unit);
  const cut = (index: number) => Math.min(to, from + Math.floor((units * index) / nParts) * unit);
  return { start: cut(part), end: part + 1 === nParts ? to : cut(part + 1) };
}
