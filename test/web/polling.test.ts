import { beforeEach, describe, expect, it } from 'vitest';
import { Polling, type Watch } from '../../web/polling.ts';
import { RequestError } from '../../web/request-error.ts';

const everyMs = 10_000;

/** A page whose time goes on, and which is looked at, as a test says. */
class TestPage implements Watch {
  #nowMs = 0;
  #isLookedAt = true;
  readonly #rounds = new Set<{ readonly ms: number; readonly again: () => void; nextMs: number }>();
  readonly #lookers = new Set<() => void>();

  ticksMs = () => this.#nowMs;
  isLookedAt = () => this.#isLookedAt;

  every(ms: number, again: () => void): () => void {
    const round = { ms, again, nextMs: this.#nowMs + ms };
    this.#rounds.add(round);
    return () => this.#rounds.delete(round);
  }

  onLook(lookedAt: () => void): () => void {
    this.#lookers.add(lookedAt);
    return () => this.#lookers.delete(lookedAt);
  }

  get listeners(): number {
    return this.#rounds.size + this.#lookers.size;
  }

  goOn(ms: number): void {
    this.#nowMs += ms;
    for (const round of this.#rounds)
      for (; round.nextMs <= this.#nowMs; round.nextMs += round.ms) round.again();
  }

  look(isLookedAt: boolean): void {
    this.#isLookedAt = isLookedAt;
    for (const lookedAt of this.#lookers) lookedAt();
  }
}

/** A host of the API that answers when a test says so. */
class TestHost {
  readonly asked: (PromiseWithResolvers<string> & { readonly signal: AbortSignal })[] = [];

  ask = (signal: AbortSignal): Promise<string> => {
    const question = { ...resolvers<string>(), signal };
    this.asked.push(question);
    return question.promise;
  };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function resolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** All that waits for what is settled is done. */
const settled = () => new Promise(resolve => setImmediate(resolve));

describe('what is asked for again and again', () => {
  let page: TestPage;
  let host: TestHost;
  let drawings: number;
  let polled: Polling<string>;

  beforeEach(() => {
    page = new TestPage();
    host = new TestHost();
    drawings = 0;
    const element = {
      requestUpdate: () => {
        drawings++;
      },
    };
    polled = new Polling(element, everyMs, host.ask, page);
    polled.hostConnected();
  });

  const answer = async (value: string) => {
    host.asked.at(-1)?.resolve(value);
    await settled();
  };

  const refuse = async (error: unknown) => {
    host.asked.at(-1)?.reject(error);
    await settled();
  };

  it('is asked for at once, then once in each round, and drawn when it is told', async () => {
    expect(host.asked.length).toBe(1);
    expect([polled.value, drawings]).toEqual([null, 0]);
    await answer('one');
    expect([polled.value, drawings]).toEqual(['one', 1]);
    page.goOn(everyMs - 1);
    expect(host.asked.length).toBe(1);
    page.goOn(1);
    expect(host.asked.length).toBe(2);
    await answer('two');
    expect([polled.value, drawings]).toEqual(['two', 2]);
  });

  it('is not asked for twice by a host that takes longer than a round', async () => {
    page.goOn(5 * everyMs);
    page.look(true);
    expect(host.asked.length).toBe(1);
    await answer('late');
    page.goOn(everyMs);
    expect(host.asked.length).toBe(2);
  });

  it('is not asked for while nobody looks, and at once by who looks again after a round', async () => {
    await answer('one');
    page.look(false);
    page.goOn(3 * everyMs);
    expect(host.asked.length).toBe(1);
    page.look(true);
    expect(host.asked.length).toBe(2);
    await answer('two');
    // Who looks away for a moment finds what is new enough.
    page.look(false);
    page.goOn(everyMs / 2);
    page.look(true);
    expect(host.asked.length).toBe(2);
  });

  it('stays beside a refusal, which goes with the next answer', async () => {
    await answer('one');
    page.goOn(everyMs);
    await refuse(new RequestError('unreachable', 0, null));
    expect([polled.value, polled.error?.code, drawings]).toEqual(['one', 'unreachable', 2]);
    page.goOn(everyMs);
    await answer('two');
    expect([polled.value, polled.error]).toEqual(['two', null]);
  });

  it('tells a broken page as what it is, and is asked for again', async () => {
    await answer('one');
    const loaded = polled.load();
    host.asked.at(-1)?.reject(new TypeError('broken'));
    await expect(loaded).rejects.toThrow('broken');
    expect([polled.value, polled.error]).toEqual(['one', null]);
    page.goOn(everyMs);
    expect(host.asked.length).toBe(3);
  });

  it('is what was asked for last, whatever comes first', async () => {
    const [first] = host.asked;
    void polled.load();
    expect(first?.signal.aborted).toBe(true);
    await answer('second');
    first?.resolve('first');
    await settled();
    expect([polled.value, drawings]).toEqual(['second', 1]);
  });

  it('is given up with its element, and asked for anew when that comes back', async () => {
    polled.hostDisconnected();
    expect([host.asked[0]?.signal.aborted, page.listeners]).toEqual([true, 0]);
    await refuse(new RequestError('unreachable', 0, null));
    page.goOn(everyMs);
    page.look(true);
    expect([host.asked.length, polled.error, drawings]).toEqual([1, null, 0]);
    polled.hostConnected();
    expect([host.asked.length, page.listeners]).toEqual([2, 2]);
    await answer('back');
    expect(polled.value).toBe('back');
  });
});
