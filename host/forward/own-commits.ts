import { type Fault, fault } from '../faults/fault.ts';
import type { Sites } from '../site/sites.ts';
import type { CommitPlace } from '../store/commit-place.ts';
import type { CommittedPiece, Wanted } from '../store/commits.ts';
import type { CommittedCount, Worth } from '../store/committed-count.ts';
import type { Store } from '../store/store.ts';
import { chosen } from './choice.ts';
import { forwardKinds } from './kinds.ts';
import { forwardLimits } from './limits.ts';
import type { SavedForward } from './saved-forward.ts';
import { worthOf } from './window.ts';

/** What of the commits a forward hands on, as sites stand at the time: to be read, and to be counted. */
export class OwnCommits {
  readonly #commits: Store['commits'];
  readonly #sites: Pick<Sites, 'siteOf' | 'revision'>;
  readonly #saved: Pick<SavedForward, 'kind' | 'choice' | 'site'>;
  #wanted: Wanted | undefined;
  /** As sites stood when that was made. */
  #revision: number | undefined;
  /** Meters that were chosen and can never go, with their names there. */
  readonly #leftOut = new Map<string, string>();

  constructor(
    commits: Store['commits'],
    sites: Pick<Sites, 'siteOf' | 'revision'>,
    saved: Pick<SavedForward, 'kind' | 'choice' | 'site'>,
  ) {
    this.#commits = commits;
    this.#sites = sites;
    this.#saved = saved;
  }

  /** At most `most` windows behind a place. @throws Error of the store */
  read(place: CommitPlace, most: number): Promise<CommittedPiece> {
    return this.#commits.read(place, this.#wantedNow(), most);
  }

  /** How many windows behind a place would be sent. @throws Error of the store */
  count(place: CommitPlace): Promise<number> {
    return this.#commits.count(place, this.#wantedNow(), this.#worth);
  }

  /** The same, of so much as may be looked at for being shown. @throws Error of the store */
  countToShow(place: CommitPlace): Promise<CommittedCount> {
    return this.#commits.countUpTo(place, this.#wantedNow(), this.#worth, forwardLimits.countedRows);
  }

  /** What tells that not all that was chosen goes. */
  get fault(): Fault | undefined {
    const [[meter, name] = []] = this.#leftOut;
    if (meter === undefined || name === undefined) return undefined;
    return fault('forward.leftOut', { count: this.#leftOut.size, meter, name });
  }

  get #worth(): Worth {
    return worthOf(forwardKinds.get(this.#saved.kind) ?? {});
  }

  #wantedNow(): Wanted {
    const { revision } = this.#sites;
    if (this.#wanted === undefined || this.#revision !== revision) {
      const { choice, site } = this.#saved;
      const { isMeter, isQuantity } = chosen(choice, site, gateway => this.#sites.siteOf(gateway));
      this.#leftOut.clear();
      this.#wanted = this.#commits.wanted(
        (gateway, key) => isMeter(gateway, key) && this.#canGo(gateway, key),
        isQuantity,
      );
      this.#revision = revision;
    }
    return this.#wanted;
  }

  #canGo(gateway: string, key: string): boolean {
    const name = forwardKinds.get(this.#saved.kind)?.strangeName?.(gateway, key.slice(gateway.length + 1));
    if (name !== undefined) this.#leftOut.set(key, name);
    return name === undefined;
  }
}
