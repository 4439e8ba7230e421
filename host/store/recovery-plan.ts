import type { DatabaseHeader } from './recovery-header.ts';
import type { WalScan } from './wal-scan.ts';

/** The first `bytes` of a log. */
export interface LogPart {
  readonly path: string;
  readonly bytes: number;
}

/** Which logs to try a database with; none of both: as it stood at its last checkpoint. */
export interface LogCandidate {
  readonly log: LogPart | undefined;
  readonly checkpointLog: LogPart | undefined;
  readonly commits: number;
  /** In words, for the report. */
  readonly what: string;
  /** Ends of earlier commits that the log could also be cut at, ascending. */
  readonly earlierEnds: readonly number[];
}

/**
 * Orders what can be made of damaged logs, the most first.
 *
 * While a checkpoint runs there are two logs: the main one ends with a marker, and commits go to the second. Once the
 * file's header is written the main log is in the file, and only the second counts; replaying it again would store
 * rows twice. Which it is, tell the checkpoint's number in the log's header or the root block in the marker.
 */
export function logCandidates(
  header: DatabaseHeader,
  main: WalScan | undefined,
  second: WalScan | undefined,
): LogCandidate[] {
  const none: LogCandidate = {
    log: undefined,
    checkpointLog: undefined,
    commits: 0,
    what: 'the state of its last checkpoint, without its log',
    earlierEnds: [],
  };
  if (main === undefined) return [none];
  const isInFile = isCheckpointed(header, main);
  // Nothing says on which side of the checkpoint the file is: a log applied wrongly would store rows twice.
  if (isInFile === undefined) return [none];
  if (isInFile) {
    return second === undefined || second.commits === 0
      ? [{ ...none, what: 'its last checkpoint, which has all of the damaged log' }]
      : [{ ...alone(second), what: `its last checkpoint and ${counted(second)} made since` }, none];
  }
  if (second !== undefined && main.state === 'whole' && main.checkpointRoot !== undefined) {
    const both: LogCandidate = {
      log: { path: main.path, bytes: main.bytes },
      checkpointLog: { path: second.path, bytes: second.cleanBytes },
      commits: main.commits + second.commits,
      what: `${counted(main)} of its log and ${counted(second)} of its second log`,
      earlierEnds: [],
    };
    return [...(second.commits > 0 ? [both] : []), alone(main), none];
  }
  return main.commits > 0 ? [alone(main), none] : [none];
}

/** Whether the file holds what the log does; undefined where it cannot be known. */
function isCheckpointed(header: DatabaseHeader, main: WalScan): boolean | undefined {
  if (main.header === undefined) return undefined;
  const { iteration } = main.header;
  if (iteration !== undefined) return iteration < header.iteration;
  // Block and offset are packed in one number in the marker as in the file.
  if (main.checkpointRoot !== undefined) return main.checkpointRoot === header.root;
  return false;
}

const alone = (scan: WalScan): LogCandidate => ({
  log: { path: scan.path, bytes: scan.cleanBytes },
  checkpointLog: undefined,
  commits: scan.commits,
  what: `the first ${counted(scan)} of its log`,
  earlierEnds: scan.commitEnds.slice(0, -1),
});

const counted = ({ commits }: WalScan): string => `${commits} commit${commits === 1 ? '' : 's'}`;
