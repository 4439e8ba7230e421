import { messageOf } from '../../message-of.ts';

/**
 * Asks for all in one request, or, of a server that takes fewer operations in one (OPC 10000-5, 6.3.11), in as many as it needs.
 * Gives the answers in order. @throws Error of the work
 */
export async function asTaken<Asked, Answer>(
  all: readonly Asked[],
  work: (some: readonly Asked[]) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  try {
    return await work(all);
  } catch (error) {
    if (all.length < 2 || !/BadTooManyOperations/.test(messageOf(error))) throw error;
    const half = Math.ceil(all.length / 2);
    return [...(await asTaken(all.slice(0, half), work)), ...(await asTaken(all.slice(half), work))];
  }
}
