import { fault } from '../../faults/fault.ts';
import { ServerFault } from './words.ts';

export type Library = typeof import('node-opcua-client');

/** The library, which takes seconds to load on a busy machine. @throws ServerFault where it was left out of this installation */
export async function loaded(): Promise<Library> {
  try {
    const library = await import('node-opcua-client');
    // The library refuses subscriptions that speak more seldom than their session lives, and forgets with each that one wants them
    // nevertheless. Sessions are kept alive here by questions.
    Object.defineProperty(library.ClientSubscription, 'ignoreNextWarning', {
      configurable: true,
      get: () => true,
      set: () => {},
    });
    return library;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw error;
    throw new ServerFault(fault('opcua.noPackage', {}));
  }
}
