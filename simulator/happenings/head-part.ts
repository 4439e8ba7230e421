import { noSmlFaults, type SmlFaults } from '../meters/sml-faults.ts';
import type { SmlTcpServer } from '../meters/sml-tcp-server.ts';
import { Layers } from './layers.ts';
import { happening, type LabPart } from './part.ts';

export interface HeadPartOptions {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly server: Pick<SmlTcpServer, 'setFaults' | 'counts'>;
}

/** The reading head of a smart meter. */
export function headPart({ id, name, about, server }: HeadPartOptions): LabPart {
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
