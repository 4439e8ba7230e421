import type { Terminal } from '../terminal.ts';

export interface Ready {
  readonly url: string;
  /** Address of the laboratory's page, with its token. */
  readonly laboratory: string;
  readonly user: string;
  readonly password: string;
  readonly mqttPort: number;
  readonly gateway: string;
  readonly seed: number;
  readonly filledHours: number;
  readonly tookS: number;
  /** The folder that is kept, or null where it is temporary. */
  readonly data: string | null;
}

/** What a demo says: to a person in words, to a program in lines of JSON, an `event` each. */
export interface Speaker {
  filling(pastMs: number): void;
  progress(share: number): void;
  ready(ready: Ready): void;
  ending(): void;
}

export const speaker = (isJson: boolean, terminal: Terminal): Speaker =>
  isJson ? jsonSpeaker(terminal) : wordSpeaker(terminal);

const jsonSpeaker = ({ out }: Terminal): Speaker => {
  const event = (name: string, fields: object): void => out(JSON.stringify({ event: name, ...fields }));
  return {
    filling: pastMs => event('filling', { hours: pastMs / 3_600_000 }),
    progress: share => event('progress', { share }),
    ready: ready => event('ready', ready),
    ending: () => event('ending', {}),
  };
};

const progressEveryMs = 2000;

function wordSpeaker({ out }: Terminal): Speaker {
  let toldAtMs = Date.now();
  return {
    filling: pastMs => {
      const hours = Math.round(pastMs / 3_600_000);
      if (hours > 0)
        out(`The gateway measures the last ${hours === 1 ? 'hour' : `${hours} hours`} in fast time ...`);
    },
    progress: share => {
      if (Date.now() - toldAtMs < progressEveryMs) return;
      toldAtMs = Date.now();
      out(`  ${Math.round(share * 100)} %`);
    },
    ready: ({ url, laboratory, user, password, gateway, seed, tookS, filledHours, data }) => {
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
          `    House     seed ${seed}, measured by the gateway ${gateway}${filled}`,
          `    Data      ${data ?? 'in a temporary folder, deleted at the end (--data DIR keeps it)'}`,
          '',
          '  Ctrl-C ends it.',
          '',
        ].join('\n'),
      );
    },
    ending: () => out('Ending ...'),
  };
}
