import { UsageError } from '../arguments.ts';
import { noSmlFaults, type SmlFaults } from '../meters/sml-faults.ts';
import type { SmlTcpServer } from '../meters/sml-tcp-server.ts';
import type { SwitchedHead } from '../meters/switched-head.ts';
import { headMistake } from '../meters/telegram-head.ts';
import type { Happening } from './happening.ts';
import { Layers } from './layers.ts';
import { happening, type LabPart } from './part.ts';

export interface HeadPartOptions {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly server: Pick<SmlTcpServer, 'setFaults' | 'counts'>;
  readonly head: Pick<SwitchedHead, 'speaks' | 'setQuirks'>;
}

/** The reading head of a smart meter. */
export function headPart({ id, name, about, server, head }: HeadPartOptions): LabPart {
  const layers = new Layers<SmlFaults>(noSmlFaults, whole => server.setFaults(whole));
  return {
    id,
    kind: 'head',
    name,
    about,
    happenings: [
      happening('head.silent', () => layers.lay({ isSilent: true })),
      happening('head.noise', ({ share }) => layers.lay({ corruptShare: share })),
      happening('head.cut', ({ share }) => layers.lay({ cutShare: share })),
      happening('head.gaps', ({ share }) => layers.lay({ lostShare: share })),
      ...quirksOf(head),
    ],
    figures: () => {
      const { sent, corrupted, cut, lost } = server.counts;
      return [
        { name: 'telegrams', value: sent },
        { name: 'spoilt', value: corrupted + cut + lost },
      ];
    },
  };
}

interface Quirks {
  readonly own: string | undefined;
  readonly stream: string | undefined;
}

/** Of its own protocol one at a time, and one of those that any telegram can have. */
function quirksOf(head: HeadPartOptions['head']): readonly Happening[] {
  const check = ({ quirk }: { readonly quirk: string }): void => {
    const always = head.speaks.split('+');
    if (always.includes(quirk)) {
      throw new UsageError(`${quirk} is what the head always has; another is allowed`);
    }
    const mistake = headMistake([...always, quirk].join('+'));
    if (mistake !== undefined) throw new UsageError(`${quirk}: ${mistake}`);
  };
  const layers = new Layers<Quirks>({ own: undefined, stream: undefined }, ({ own, stream }) =>
    head.setQuirks([own ?? [], stream ?? []].flat()),
  );
  const own = head.speaks.startsWith('sml')
    ? [happening('head.sml-quirk', ({ quirk }) => layers.lay({ own: quirk }), check)]
    : head.speaks.startsWith('d0')
      ? [happening('head.d0-quirk', ({ quirk }) => layers.lay({ own: quirk }), check)]
      : [];
  return [...own, happening('head.stream-quirk', ({ quirk }) => layers.lay({ stream: quirk }), check)];
}
