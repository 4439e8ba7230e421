/**
 * Freezes a table and all it holds. XS keeps preloaded frozen data in flash; what is not frozen costs RAM
 * on every device.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
