import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeRecordsMessage, encodeRecordsMessage } from '#core/wire/records.ts';
import {
  type ForwardJournal,
  fitting,
  messageOf,
  newJournal,
  question,
  settled,
  withoutRecords,
} from '../../../host/forward/journal.ts';
import { decide } from '../../../host/ingest/sequence.ts';
import { beginOf, type CommitPlace } from '../../../host/store/commit-place.ts';

const at = (span: number): CommitPlace => ({ ...beginOf(1), span });

/** The other side, by the rules of the intake: what it stored, and how many records it counts as lost. */
class Intake {
  readonly stored: number[] = [];
  readonly #watermarks = new Map<string, number>();
  lost = 0;

  /** Windows of a message, in its order. */
  take(epoch: string, oldest: number, first: number, windows: readonly number[]): number {
    const before = this.#watermarks.get(epoch) ?? 0;
    const decision = decide(before, { oldest, first, count: windows.length });
    if (decision.lost !== undefined) this.lost += decision.lost.to - decision.lost.from + 1;
    if (decision.taken > 0) this.stored.push(...windows.slice(windows.length - decision.taken));
    this.#watermarks.set(epoch, decision.watermark);
    return decision.watermark;
  }
}

interface OnDisk {
  journal: ForwardJournal;
  place: CommitPlace;
}

it('each window that is chosen is there once or counted there as lost, whatever is lost on the way, killed or chosen otherwise meanwhile', () => {
  const happening = fc.constantFrom(
    'sent',
    'requestLost',
    'answerLost',
    'killed',
    'killedWhileSending',
    'dropped',
    'chosenOtherwise',
  );
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (story, size) => {
      const intake = new Intake();
      const total = 60;
      // Of every window, or of the even ones alone.
      let isEven = false;
      let disk: OnDisk = { journal: newJournal(), place: at(0) };
      let now = disk;
      let isSettled = false;
      const dropped = new Set<number>();
      const given = new Set<number>();
      const waiting = (): number[] =>
        Array.from({ length: total - now.place.span }, (_, index) => now.place.span + index).filter(
          window => !isEven || window % 2 === 0,
        );
      const settle = (upTo: number) => {
        const { journal, place, taken, isAnew } = settled(now.journal, now.place, upTo);
        expect(isAnew).toBe(false);
        now = { journal, place };
        isSettled = true;
        return taken;
      };
      for (const what of [...story, ...Array.from({ length: 2 * total }, () => 'sent' as const)]) {
        if (what === 'chosenOtherwise') isEven = !isEven;
        else if (what === 'killed') {
          now = disk;
          isSettled = false;
        } else if (what === 'dropped') {
          const old = waiting().slice(0, size);
          for (const window of old) dropped.add(window);
          now = {
            journal: withoutRecords(now.journal, old.length),
            place: at((old.at(-1) ?? now.place.span - 1) + 1),
          };
          disk = now;
        } else if (!isSettled) {
          const { epoch, oldest, first } = question(now.journal);
          if (what !== 'requestLost') {
            const upTo = intake.take(epoch, oldest, first, [-1]);
            if (what === 'sent') settle(upTo);
          }
        } else {
          const windows = waiting().slice(0, size);
          if (windows.length === 0) continue;
          for (const window of windows) given.add(window);
          const { epoch, oldest, first } = messageOf(now.journal, []);
          const sent = {
            upTo: first + windows.length - 1,
            place: at((windows.at(-1) ?? 0) + 1),
            windows: windows.length,
            values: 0,
          };
          now = { ...now, journal: { ...now.journal, sent } };
          disk = now;
          isSettled = false;
          if (what === 'requestLost') continue;
          const upTo = intake.take(epoch, oldest, first, windows);
          if (what === 'killedWhileSending') now = disk;
          if (what === 'sent') expect(settle(upTo)).toEqual(sent);
        }
      }
      expect(new Set(intake.stored).size).toBe(intake.stored.length);
      expect(intake.stored).not.toContain(-1);
      const missing = [...given].filter(window => !intake.stored.includes(window) && !dropped.has(window));
      // What was on its way and is not chosen any more, is no business of the other side.
      const isChosen = (window: number) => window % 2 === 0 || !story.includes('chosenOtherwise');
      expect(missing.filter(isChosen)).toEqual([]);
      expect(waiting()).toEqual([]);
      if (!story.includes('chosenOtherwise')) {
        const gone = [...dropped].filter(window => !intake.stored.includes(window));
        const isTold = Math.max(...intake.stored, -1) > Math.max(...gone, -1);
        if (isTold) expect(intake.lost).toBe(gone.length);
      }
    }),
    { numRuns: 300 },
  );
});

it('a question is a message that stores nothing, and is answered with what is there', () => {
  const journal = newJournal();
  const decoded = decodeRecordsMessage(encodeRecordsMessage(question(journal)));
  expect(decoded).toMatchObject({ ok: true, value: { epoch: journal.epoch } });
  for (const watermark of [0, 7, 1e15])
    expect(decide(watermark, { oldest: 1, first: question(journal).first, count: 1 })).toMatchObject({
      watermark,
      taken: 0,
      lost: undefined,
    });
});

it('begins anew where the other side knows nothing of it any more, or more than was ever sent', () => {
  const journal: ForwardJournal = { epoch: 'aa', next: 8, isKnown: true };
  for (const upTo of [0, 8, 20]) {
    const now = settled(journal, at(3), upTo);
    expect(now).toMatchObject({ isAnew: true, place: at(3), journal: { next: 1 } });
    expect(now.journal.epoch).not.toBe('aa');
  }
  // It was restored from a copy: what it lost since is counted there, with the next record.
  expect(settled(journal, at(3), 5)).toMatchObject({ isAnew: false, journal: { next: 8 } });
  // Nothing of it came there yet, and some was dropped: that is told.
  expect(settled({ epoch: 'aa', next: 8 }, at(3), 0)).toMatchObject({ isAnew: false, journal: { next: 8 } });
});

it('a message has as many windows as its bytes and records allow, and one in any case', () => {
  const window = [new Uint8Array(3000)];
  expect(fitting(Array.from({ length: 30 }, () => window))).toBe(21);
  expect(fitting(Array.from({ length: 600 }, () => [new Uint8Array(10)]))).toBe(500);
  expect(fitting([Array.from({ length: 40 }, () => new Uint8Array(3000)), window])).toBe(1);
  expect(fitting([])).toBe(0);
});
