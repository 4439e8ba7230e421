import type { Profile } from '../../host/api/contract.ts';
import { api } from '../api.ts';

let asked: Promise<readonly Profile[]> | null = null;

/** All profiles that the host knows, asked for once: they change with its version. Rejects with a `RequestError`. */
export function knownProfiles(): Promise<readonly Profile[]> {
  asked ??= api.profiles().catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}
