import { describe, expect, it } from 'vitest';
import { Connection } from '../../../web/site/connection.ts';

interface Failure {
  readonly code: string;
  readonly retryAfterS: number | null;
}

const failure = (retryAfterS: number | null = null): Failure => ({ code: 'unreachable', retryAfterS });

/** A connection with clocks that stand until they are moved; the host's is an hour ahead. */
function connected() {
  let nowMs = 1_000_000;
  const connection = new Connection<Failure>({ here: () => nowMs, host: () => nowMs + 3_600_000 });
  connection.linked('connecting');
  connection.linked('live');
  connection.answered();
  return {
    connection,
    later: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('a connection', () => {
  it('that was never bad has missed nothing', () => {
    const { connection } = connected();
    expect(connection.answered()).toBeNull();
    expect([connection.isLost, connection.isBack, connection.error]).toEqual([false, false, null]);
  });

  it('that a proxy changed is spoken of neither when it is lost nor when it is back', () => {
    const { connection, later } = connected();
    expect(connection.linked('reconnecting')).toBe(true);
    later(1000);
    expect(connection.isLost).toBe(false);
    expect(connection.linked('live')).toBe(true);
    expect(connection.answered()).toEqual({ fromMs: 4_600_000, toMs: 4_601_000 });
    expect(connection.isBack).toBe(false);
  });

  it('that is lost is told after two seconds, and for a while that it is back', () => {
    const { connection, later } = connected();
    connection.linked('reconnecting');
    later(2000);
    expect(connection.isLost).toBe(true);
    connection.linked('live');
    expect(connection.isLost).toBe(false);
    connection.answered();
    expect(connection.isBack).toBe(true);
    later(6000);
    expect(connection.isBack).toBe(false);
  });

  it('has missed everything since the first trouble, until the stream is live and an answer came', () => {
    const { connection, later } = connected();
    connection.failed(failure(), true, false);
    later(5000);
    connection.linked('reconnecting');
    later(5000);
    expect(connection.answered()).toBeNull();
    connection.linked('live');
    expect(connection.answered()).toEqual({ fromMs: 4_600_000, toMs: 4_610_000 });
    expect(connection.answered()).toBeNull();
  });

  it('tries once more before anybody is told of one failure', () => {
    const { connection } = connected();
    expect(connection.failed(failure(), true, false)).toBe(2000);
    expect(connection.error).toBeNull();
    expect(connection.failed(failure(), true, false)).toBeNull();
    expect(connection.error?.code).toBe('unreachable');
    connection.answered();
    expect(connection.error).toBeNull();
    expect(connection.failed(failure(), true, false)).toBe(2000);
  });

  it('tells a failure at once where nothing is shown yet, and goes on trying', () => {
    const { connection } = connected();
    expect(connection.failed(failure(), false, true)).toBe(2000);
    expect(connection.error?.code).toBe('unreachable');
    expect(connection.failed(failure(), false, true)).toBe(2000);
  });

  it('waits as long as the host asks for', () => {
    const { connection, later } = connected();
    expect(connection.failed(failure(30), true, false)).toBe(30_000);
    expect(connection.isDue).toBe(false);
    later(30_000);
    expect(connection.isDue).toBe(true);
    connection.answered();
    expect(connection.retryAtMs).toBeNull();
  });

  it('knows nothing of before once it was reset', () => {
    const { connection, later } = connected();
    connection.linked('reconnecting');
    later(60_000);
    connection.reset();
    connection.linked('connecting');
    connection.linked('live');
    expect(connection.answered()).toBeNull();
    expect(connection.isBack).toBe(false);
  });
});
