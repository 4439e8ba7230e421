import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { RequestError } from '../request-error.ts';
import { hostNow } from '../site/clock.ts';
import { earlierSpan } from './compare.ts';
import { loadFigures } from './history-loader.ts';
import { HistoryPictures, type Scene, type Wanted } from './history-pictures.ts';
import type { Told } from './jg-history-figures.ts';
import type { Span } from './ranges.ts';

/** What a scene is loaded for, as it is at the moment of asking. */
export interface SceneWanted {
  /** Null: not known yet. */
  readonly wanted: () => Wanted | null;
  /** The part that somebody chose of it. */
  readonly chosen: () => Span | undefined;
  readonly zone: () => string;
}

/** A live picture is asked for again at most this often; with coarse buckets less, as nothing would be seen. */
const fastestMs = 2000;
const slowestMs = 60_000;
/** A meter whose newest window is older than that is late, and what it did not send is missing. */
const underWayMs = 120_000;

/** What is shown of the past and what it comes to. It stays until what is wanted instead is there. */
export class HistoryScene implements ReactiveController {
  scene: Scene | null = null;
  /** Statistics of what is chosen, and of all that is shown. */
  told: { readonly whole: Told | null; readonly chosen: Told | null } = { whole: null, chosen: null };
  error: unknown = null;
  isLoading = false;
  /** While it is dragged the picture is that of the hand. */
  isHeld = false;
  readonly #host: ReactiveControllerHost;
  readonly #of: SceneWanted;
  readonly #pictures = new HistoryPictures();
  #abort: AbortController | null = null;
  #loadedMs = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, of: SceneWanted) {
    this.#host = host;
    this.#of = of;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#abort?.abort();
    clearTimeout(this.#later);
  }

  /** Nothing of what was loaded before is taken again. */
  forget(): void {
    this.#pictures.forget();
  }

  fail(error: unknown): void {
    this.error = error;
    this.#host.requestUpdate();
  }

  /** Loads it again, as often as one sees it grow. */
  loadSoon(): void {
    const bucketMs = this.scene?.picture.readings.bucketMs ?? 0;
    const waitMs = Math.min(slowestMs, Math.max(fastestMs, bucketMs / 2));
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.load(), Math.max(0, this.#loadedMs + waitMs - Date.now()));
  }

  async load(): Promise<void> {
    clearTimeout(this.#later);
    const wanted = this.#of.wanted();
    if (wanted === null) return;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#loadedMs = Date.now();
    this.isLoading = true;
    this.#host.requestUpdate();
    try {
      const scene = await this.#pictures.load(wanted, abort.signal);
      if (this.isHeld) return;
      this.scene = scene;
      this.error = null;
      this.isLoading = false;
      this.#host.requestUpdate();
      // Figures of a year take longer than its neighbours, which a hand may want at once.
      const [wider] = await Promise.all([this.#pictures.loadNeighbours(scene, abort.signal), this.tell()]);
      if (wider !== null && this.scene === scene && !this.isHeld) this.scene = wider;
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
    this.isLoading = false;
    this.#host.requestUpdate();
  }

  /** Asks what the shown and the chosen come to. */
  async tell(): Promise<void> {
    const { scene } = this;
    const { signal } = this.#abort ?? new AbortController();
    if (scene === null) return;
    const { compared } = scene.wanted;
    const chosen = this.#of.chosen();
    try {
      const [whole, part] = await Promise.all([
        this.#toldOf(scene.wanted, scene.picture.span, compared?.span ?? null, signal),
        chosen === undefined
          ? null
          : this.#toldOf(
              scene.wanted,
              chosen,
              compared === null ? null : earlierSpan(chosen, compared.shift, this.#of.zone()),
              signal,
            ),
      ]);
      if (signal.aborted) return;
      this.told = { whole, chosen: part };
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof RequestError)) throw error;
      this.error = error;
    }
    this.#host.requestUpdate();
  }

  async #toldOf(
    { meter, quantity }: Wanted,
    span: Span,
    beforeSpan: Span | null,
    signal: AbortSignal,
  ): Promise<Told> {
    const reachedMs = reachedMsOf(this.#of.wanted()?.meter ?? meter);
    const ask = (each: Span) => loadFigures(meter, quantity, each, reachedMs, signal);
    const [now, before] = await Promise.all([ask(span), beforeSpan === null ? undefined : ask(beforeSpan)]);
    return { span, now, before, beforeSpan };
  }
}

/** Up to where windows can have come: the one that is measured now is not missing. */
function reachedMsOf({ lastWindowMs }: Wanted['meter']): number {
  const nowMs = hostNow();
  const lastMs = lastWindowMs ?? 0;
  return nowMs - lastMs < underWayMs ? Math.min(nowMs, lastMs) : nowMs;
}
