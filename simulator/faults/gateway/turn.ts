/** Lets sockets, and whoever wants this to end, have their turn. */
export const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** Waits in real time. */
export const rest = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
