/** A question has 8 characters and the answer that is waited for 9, each of 10 bits or a little more. */
const wireBits = (8 + 9) * 10;

/** How long a gateway waits for each address where nothing else was said; longer where the line's meters are slower. */
export const usualWaitMs = (port: string): number => (port.startsWith('tcp:') ? 300 : 100);

/** How long a scan takes that tries so many addresses at each of these speeds, while nobody answers, ms. */
export const scanMs = (tries: number, bauds: readonly number[], waitMs: number): number =>
  bauds.reduce((sum, baud) => sum + tries * (waitMs + (wireBits * 1000) / baud), 0);
