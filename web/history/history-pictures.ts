import type { QuantityId } from '#core/quantities.ts';
import type { Meter, Readings } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { readBuckets } from '../charts/columns.ts';
import { RequestError } from '../request-error.ts';
import type { Shift } from './compare.ts';
import type { History } from './history.ts';
import { loadHistory } from './history-loader.ts';
import { PictureCache, pictureKey, withNeighbours } from './picture-cache.ts';
import type { Span } from './ranges.ts';

/** What is to be shown. */
export interface Wanted {
  readonly meter: Meter;
  readonly quantity: QuantityId;
  readonly more: readonly QuantityId[];
  readonly span: Span;
  readonly points: number;
  readonly stored: readonly QuantityId[];
  readonly imports: readonly number[];
  readonly isLive: boolean;
  readonly compared: { readonly shift: Shift; readonly span: Span } | null;
  /** The spans before and after it. */
  readonly neighbours: readonly Span[];
}

/** All that was loaded of what is shown. */
export interface Scene {
  readonly wanted: Wanted;
  readonly picture: History;
  /** The same with its neighbours in time, as far as they are there. */
  readonly joined: History;
  /** The same quantity at the compared time. */
  readonly before: History | null;
  readonly more: readonly { readonly quantity: QuantityId; readonly readings: Readings }[];
}

/** Pictures of the past, some of them loaded before they are wanted. Rejects with `RequestError`, or with the abort. */
export class HistoryPictures {
  readonly #cache = new PictureCache();

  forget(): void {
    this.#cache.clear();
  }

  async load(wanted: Wanted, signal: AbortSignal): Promise<Scene> {
    const { meter, more, span, points, compared } = wanted;
    const [picture, before, ...others] = await Promise.all([
      this.#picture(wanted, span, signal, wanted.isLive),
      compared === null ? null : this.#picture(wanted, compared.span, signal),
      ...more.map(quantity =>
        api.readings(
          `${meter.key}.${quantity}`,
          Math.floor(span.fromMs),
          Math.ceil(span.toMs),
          points,
          signal,
        ),
      ),
    ]);
    return {
      wanted,
      picture,
      joined: withNeighbours(picture, this.#known(wanted)),
      before,
      more: more.flatMap((quantity, index) => {
        const readings = others[index];
        return readings === undefined ? [] : [{ quantity, readings: readBuckets(readings) }];
      }),
    };
  }

  /** The scene with its neighbours, for panning and stepping without waiting; null where nothing is new. */
  async loadNeighbours(scene: Scene, signal: AbortSignal): Promise<Scene | null> {
    const { wanted } = scene;
    const known = this.#known(wanted).length;
    for (const span of this.#besides(wanted)) {
      try {
        await this.#picture(wanted, span, signal);
      } catch (error) {
        // It is asked for again when it is wanted, and then says why not.
        if (!(error instanceof RequestError)) throw error;
      }
    }
    const neighbours = this.#known(wanted);
    return neighbours.length === known
      ? null
      : { ...scene, joined: withNeighbours(scene.picture, neighbours) };
  }

  /** Neighbours that are another span, at round times where the shown one moves on with now. */
  #besides({ span, neighbours }: Wanted): Span[] {
    const step = Math.max(1000, Math.round((span.toMs - span.fromMs) / 50));
    const round = (ms: number) => Math.floor(ms / step) * step;
    return neighbours
      .filter(({ fromMs, toMs }) => toMs <= span.fromMs + step || fromMs >= span.toMs - step)
      .map(each =>
        each.toMs - each.fromMs === span.toMs - span.fromMs && each.toMs === span.fromMs
          ? { fromMs: round(each.fromMs), toMs: round(each.toMs) + step }
          : each,
      );
  }

  #known(wanted: Wanted): History[] {
    return this.#besides(wanted).flatMap(span => this.#cache.get(this.#key(wanted, span)) ?? []);
  }

  #key({ meter, quantity, points }: Wanted, span: Span): string {
    return pictureKey(`${meter.key}.${quantity}`, span, points);
  }

  async #picture(wanted: Wanted, span: Span, signal: AbortSignal, isFresh = false): Promise<History> {
    const key = this.#key(wanted, span);
    const kept = isFresh ? undefined : this.#cache.get(key);
    if (kept !== undefined) return kept;
    const { meter, quantity, points, stored, imports } = wanted;
    const picture = await loadHistory(meter, quantity, span, points, stored, imports, signal);
    this.#cache.set(key, picture);
    return picture;
  }
}
