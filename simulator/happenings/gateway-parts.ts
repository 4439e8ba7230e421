import { happening, type LabPart } from './part.ts';
import type { WrongClock } from './wrong-clock.ts';

/** A gateway as far as things can go wrong with it. */
export interface GatewayToSpoil {
  readonly id: string;
  readonly clock: WrongClock;
  readonly isConnected: boolean;
  /** Records that the host has not acknowledged. */
  readonly waiting: number;
  readonly starts: number;
  reboot(): void;
  /** Its supply fails in the middle of the next write to flash. Absent where it has no flash. */
  brownOut?(seed: number): void;
}

/** A gateway and its clock. `isAlone`: it has the names of those that are there once. */
export function gatewayParts(gateway: GatewayToSpoil, isAlone: boolean): readonly LabPart[] {
  const { id, clock } = gateway;
  const done = () => () => {};
  return [
    {
      id: isAlone ? 'gateway' : id,
      kind: 'gateway',
      name: id,
      about: '',
      happenings: [
        happening('gateway.reboot', () => {
          gateway.reboot();
          return done();
        }),
        ...(gateway.brownOut === undefined
          ? []
          : [
              happening('gateway.brown-out', ({ seed }) => {
                gateway.brownOut?.(seed);
                return done();
              }),
            ]),
      ],
      figures: () => [
        { name: 'state', value: gateway.isConnected ? 'connected' : 'away' },
        { name: 'waiting', value: gateway.waiting },
        { name: 'starts', value: gateway.starts },
      ],
    },
    {
      id: isAlone ? 'clock' : `${id}-clock`,
      kind: 'clock',
      name: id,
      about: '',
      on: isAlone ? 'gateway' : id,
      happenings: [
        happening('clock.jump', values => clock.spoil({ offsetMs: values['by-s'] * 1000 })),
        happening('clock.lost', () => clock.spoil({ isLost: true })),
      ],
      figures: () => {
        const { isLost, offsetMs } = clock.faults;
        return [{ name: 'offsetS', value: isLost ? 'unknown' : offsetMs / 1000 }];
      },
    },
  ];
}
