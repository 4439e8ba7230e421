const holds: Readonly<Record<string, (value: number, limit: number) => boolean>> = Object.freeze({
  '>': (value, limit) => value > limit,
  '<': (value, limit) => value < limit,
  '>=': (value, limit) => value >= limit,
  '<=': (value, limit) => value <= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
});

/** Of a figure that is 0 or 1 the value that fires; null: neither does, or both do. */
export function firingFlag(operator: string, limit: number): 0 | 1 | null {
  const [no, yes] = [0, 1].map(value => holds[operator]?.(value, limit) === true);
  if (no === yes) return null;
  return yes ? 1 : 0;
}
