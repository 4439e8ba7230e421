import { progress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

export interface Ready {
  readonly url: string;
  /** Address of the laboratory's page, with its token. */
  readonly laboratory: string;
  readonly user: string;
  readonly password: string;
  readonly mqttPort: number;
  readonly scenario: string;
  /** The scenario's name, for people. */
  readonly name: string;
  /** The first of the gateways. */
  readonly gateway: string;
  readonly gateways: readonly string[];
  readonly seed: number;
  readonly filledHours: number;
  readonly tookS: number;
  /** The folder that is kept, or null where it is temporary. */
  readonly data: string | null;
}

/** What a demo says: to a person in words, to a program in lines of JSON, an `event` each. */
export interface Speaker {
  filling(pastMs: number, gateways: number): void;
  progress(share: number): void;
  ready(ready: Ready): void;
  ending(): void;
}

export const speaker = (isJson: boolean, terminal: Terminal): Speaker =>
  isJson ? jsonSpeaker(terminal) : wordSpeaker(terminal);

const jsonSpeaker = ({ out }: Terminal): Speaker => {
  const event = (name: string, fields: object): void => out(JSON.stringify({ event: name, ...fields }));
  return {
    filling: (pastMs, gateways) => event('filling', { hours: pastMs / 3_600_000, gateways }),
    progress: share => event('progress', { share }),
    ready: ready => event('ready', ready),
    ending: () => event('ending', {}),
  };
};

function wordSpeaker(terminal: Terminal): Speaker {
  const { out } = terminal;
  const bar = progress(terminal);
  let hours = 0;
  return {
    filling: (pastMs, gateways) => {
      hours = Math.round(pastMs / 3_600_000);
      const who = gateways === 1 ? 'The gateway measures' : `${gateways} gateways measure`;
      if (hours > 0) out(`${who} the last ${hours === 1 ? 'hour' : `${hours} hours`} in fast time ...`);
    },
    progress: share => bar.at(share, hours > 0 ? `${(share * hours).toFixed(1)} of ${hours} h` : ''),
    ready: ({ url, laboratory, user, password, name, gateways, seed, tookS, filledHours, data }) => {
      bar.end();
      const filled =
        filledHours < 0.5 ? '' : `, ${Math.round(filledHours)} h of its past took ${tookS.toFixed(1)} s`;
      out(
        [
          '',
          '  Joulegate runs. Open the page and sign in:',
          '',
          `    Page      ${url}`,
          `    User      ${user}`,
          `    Password  ${password}`,
          '',
          `    Laboratory  ${laboratory}`,
          `    Scenario  ${name}, seed ${seed}, measured by ${gateways.join(' and ')}${filled}`,
          `    Data      ${data ?? 'in a temporary folder, deleted at the end (--data DIR keeps it)'}`,
          '',
          '  Ctrl-C ends it.',
          '',
        ].join('\n'),
      );
    },
    ending: () => {
      bar.end();
      out('Ending ...');
    },
  };
}
