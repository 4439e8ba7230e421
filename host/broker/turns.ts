/** As many wait for their turn as may. */
export class NoTurn extends Error {
  constructor(waiting: number) {
    super(`more than ${waiting} are waiting; try again later`);
    this.name = 'NoTurn';
  }
}

/**
 * Runs at most `atOnce` tasks at a time, the others in the order they came, at most `waiting` of them; beyond
 * that a task is refused with `NoTurn`.
 */
export function turns(atOnce: number, waiting: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const queue: (() => void)[] = [];
  return async task => {
    if (running >= atOnce) {
      if (queue.length >= waiting) throw new NoTurn(waiting);
      await new Promise<void>(resolve => queue.push(resolve));
    } else running++;
    try {
      return await task();
    } finally {
      // The place goes straight to the next in line, so that nobody who comes now can slip in between.
      const next = queue.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
