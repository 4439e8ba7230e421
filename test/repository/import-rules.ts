import { posix } from 'node:path';
import type { ImportLine } from './import-lines.ts';

/** What the files of one place may import. Paths are from the top; one that ends in `/` is a folder with all in it. */
export interface ImportRule {
  /** The files it is about; the first rule that fits a file counts. */
  readonly from: readonly string[];
  /** Files it may import. */
  readonly files: readonly string[];
  /** Files it may import with `import type` alone. */
  readonly types?: readonly string[];
  /** Packages it may import; `node:` and `embedded:` stand for all that begin so, `dependencies` for package.json's. */
  readonly packages: readonly string[];
}

/** SDK modules that have no prefix of their own, and the platform's own folder, which manifest.json calls `machine`. */
const sdkModules = [
  'embedded:',
  'timer',
  'time',
  'net',
  'file',
  'instrumentation',
  'mc/config',
  'mc/ffi',
  'crypt',
  'curve',
  'ecdsa',
  'ecp',
  'rng',
  'ssl/session',
  'wifi',
  'machine/ports',
  // Comes from npm; manifest.json names it as a module.
  '@noble/ed25519',
];

/** The table of the architecture (docs/architecture.md): whatever is not in it is a defect. */
export const importRules: readonly ImportRule[] = [
  { from: ['firmware/core/'], files: ['firmware/core/'], packages: [] },
  { from: ['firmware/profiles/'], files: ['firmware/profiles/', 'firmware/core/'], packages: [] },
  { from: ['firmware/ports.ts'], files: [], types: ['firmware/core/'], packages: [] },
  {
    from: ['firmware/app/'],
    files: ['firmware/app/', 'firmware/core/', 'firmware/profiles/'],
    types: ['firmware/ports.ts'],
    packages: [],
  },
  { from: ['firmware/'], files: ['firmware/'], packages: sdkModules },
  {
    // What stands for a gateway inside the host measures and keeps by the gateway's own code.
    from: ['host/connectors/'],
    files: ['host/', 'firmware/core/', 'firmware/profiles/', 'firmware/app/'],
    types: ['firmware/ports.ts'],
    packages: ['node:', 'dependencies'],
  },
  {
    // What is proposed of a file to be imported, in the page and at the command line.
    from: ['host/import/proposal/'],
    files: ['host/import/proposal/', 'firmware/core/quantities.ts'],
    types: ['host/api/contract.ts'],
    packages: [],
  },
  // What is wrong with another side, in the page as at the host.
  { from: ['host/faults/kinds.ts'], files: [], packages: [] },
  {
    from: ['host/'],
    files: ['host/', 'firmware/core/', 'firmware/profiles/'],
    types: ['firmware/ports.ts'],
    packages: ['node:', 'dependencies'],
  },
  {
    from: ['simulator/'],
    files: ['simulator/', 'firmware/core/', 'firmware/profiles/', 'firmware/app/'],
    types: ['firmware/ports.ts'],
    // An OPC UA server is large: whoever wants to simulate one installs it.
    packages: ['node:', 'dependencies', 'node-opcua'],
  },
  {
    from: ['web/'],
    files: ['web/', 'host/import/proposal/', 'host/faults/kinds.ts', 'firmware/core/quantities.ts'],
    types: ['host/api/contract.ts', 'simulator/control/contract.ts'],
    packages: ['lit', 'uplot', 'd3-sankey', 'esptool-js', 'uqr'],
  },
  {
    from: ['test/'],
    files: ['firmware/', 'host/', 'simulator/', 'web/', 'test/'],
    packages: ['node:', 'all'],
  },
  { from: ['vite.config.ts', 'vitest.config.ts'], files: ['test/'], packages: ['node:', 'vite', 'vitest'] },
];

const privateFolders: Readonly<Record<string, string>> = {
  '#core/': 'firmware/core/',
  '#profiles/': 'firmware/profiles/',
  '#app/': 'firmware/app/',
};

const named = [...Object.values(privateFolders), 'firmware/ports.ts'];

/** The file that a specifier means, from the top of the tree, or undefined where it names a package. */
export function fileOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier).replace(/\?.*$/, '');
  if (specifier === '#ports') return 'firmware/ports.ts';
  for (const [prefix, folder] of Object.entries(privateFolders)) {
    if (specifier.startsWith(prefix)) return folder + specifier.slice(prefix.length);
  }
  return undefined;
}

export interface Packages {
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

const fits = (path: string, places: readonly string[]): boolean =>
  places.some(place => (place.endsWith('/') ? path.startsWith(place) : path === place));

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/**
 * What is wrong with one import of a file, in a line that names both files and what is allowed; undefined where
 * nothing is.
 */
export function breachOf(from: string, line: ImportLine, packages: Packages): string | undefined {
  const rule = importRules.find(candidate => fits(from, candidate.from));
  const say = (target: string, why: string) => `${from}:${line.line} imports ${target}: ${why}`;
  if (rule === undefined) return say(line.specifier, 'no rule is about this file; put it where one is');
  const file = fileOf(from, line.specifier);
  if (file === undefined) {
    if (isPackageAllowed(rule, line.specifier, packages)) return undefined;
    return say(line.specifier, `of packages ${from} may import ${rule.packages.join(', ') || 'none'}`);
  }
  const [source, kind] = /^(?:host\/connectors|simulator\/sources)\/([^/*]+)\//.exec(file) ?? [];
  if (source !== undefined && !from.startsWith(source) && !isTestOf(`${kind}`, from))
    return say(file, `nothing outside of ${source} may import of it: without that folder all others go on`);
  const isInside = file.startsWith('firmware/') === from.startsWith('firmware/');
  if (line.specifier.startsWith('#') && isInside)
    return say(file, 'inside firmware/ imports are relative, since # is private to a package on XS');
  // The adapters have no name of their own: nothing but their tests reaches them from outside.
  if (line.specifier.startsWith('.') && !isInside && fits(file, named))
    return say(file, 'firmware/ is reached from outside by #core, #profiles, #app and #ports');
  if (fits(file, rule.files)) return undefined;
  if (!fits(file, rule.types ?? [])) {
    const allowed = [...rule.files, ...(rule.types ?? []).map(place => `types of ${place}`)];
    return say(file, `${from} may import ${allowed.join(', ')}`);
  }
  return line.isTypeOnly ? undefined : say(file, 'only its types may be imported: write `import type`');
}

/** Tests that have lines of several kinds of sources, to be taken out with a kind. */
const testsOfSeveral = [
  'test/wires/connector-mqtt.test.ts',
  'test/host/connectors/mqtt-broken-messages.test.ts',
];

const isTestOf = (kind: string, from: string): boolean =>
  fits(from, [`test/host/connectors/${kind}/`, `test/simulator/sources/${kind}/`, ...testsOfSeveral]) ||
  from === `test/wires/connector-${kind}.test.ts`;

function isPackageAllowed(rule: ImportRule, specifier: string, packages: Packages): boolean {
  const name = packageOf(specifier);
  return rule.packages.some(allowed => {
    if (allowed.endsWith(':')) return specifier.startsWith(allowed);
    if (allowed === 'dependencies') return packages.dependencies.includes(name);
    if (allowed === 'all') return [...packages.dependencies, ...packages.devDependencies].includes(name);
    return specifier === allowed || name === allowed;
  });
}
