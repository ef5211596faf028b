/** The minimum of (x - value)² / 2 + threshold · |x|. */
export function softThreshold(value: number, threshold: number): number {
  if (value > threshold) return value - threshold;
  return value < -threshold ? value + threshold : 0;
}
