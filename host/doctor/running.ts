import { bad, type Look, note, ok } from './finding.ts';

/** What the host that runs says of itself. */
export const lookAtHost: Look = async ({ health }) => {
  if (health === undefined) return [note('host', 'none runs on the data folder', 'joulegate start')];
  const findings = health.reasons.map(({ code, level, detail = '' }) => {
    const tell = level === 'failing' ? bad : note;
    return tell('host', `${code}: ${detail}`, 'see "Is it well?" in docs/operations.md');
  });
  if (!health.setUp)
    findings.push(
      note(
        'accounts',
        'there is none: who has the code of the log may make the first',
        'joulegate user add NAME',
      ),
    );
  return findings.length > 0 ? findings : [ok('host', 'it runs and is well')];
};
