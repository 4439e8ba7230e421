import type { ImportFile } from '../api/contract.ts';
import type { HostClient } from '../control/host-client.ts';
import type { World } from './command.ts';

/** Reading a file of 20 million values takes minutes; more than this only one that hangs. */
export const workWithinMs = 6 * 3_600_000;

/** What is imported, as a person has written it; the host looks whether it is right. */
export type Mapping = Readonly<Record<string, unknown>>;

/** What is done with a file that was sent to the host. */
export interface ImportWork {
  readonly host: HostClient;
  readonly world: World;
  readonly file: ImportFile;
  readonly isJson: boolean;
}
