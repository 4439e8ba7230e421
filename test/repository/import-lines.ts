import { parseSync } from 'vite';

/** One place where a file names another module. */
export interface ImportLine {
  readonly specifier: string;
  readonly line: number;
  /** Whether nothing of it is left at run time. `import { type A }` is not: it still loads the module. */
  readonly isTypeOnly: boolean;
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** `import(`./${folder}/a.ts`)` names the file of each folder there: `./[any]/a.ts`. Any other computed name is none. */
function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis)) return undefined;
  const parts = node.quasis.map((quasi: { value: { cooked: string } }) => quasi.value.cooked);
  const isOfFolders = parts.length === 2 && parts[0] === './' && /^\/[^/]+\.ts$/.test(parts[1] ?? '');
  return isOfFolders ? parts.join('*') : undefined;
}

/**
 * Every import of a source file: static and dynamic imports, re-exports, `import()` types, `import x = require()`
 * and workers. Throws where the file does not parse, or where
 * a dynamic import's name is computed and so cannot be checked.
 */
export function importLinesOf(file: string, source: string): ImportLine[] {
  const { program, errors } = parseSync(file, source);
  if (errors[0] !== undefined) throw new Error(`${file} does not parse: ${errors[0].message}`);
  const found: ImportLine[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (!isNode(value)) return;
    const named = namedBy(value);
    if (named !== undefined) {
      const line = source.slice(0, value.start as number).split('\n').length;
      const specifier = textOf(named.name);
      if (specifier === undefined)
        throw new Error(
          `${file}:${line} imports a computed name; write it as text, so that it can be checked`,
        );
      found.push({ specifier, line, isTypeOnly: named.isTypeOnly });
    }
    for (const inner of Object.values(value)) if (typeof inner === 'object') visit(inner);
  };
  visit(program);
  return found;
}

/** The module that a node names, where it is one that imports. */
function namedBy(node: Node): { name: unknown; isTypeOnly: boolean } | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return { name: node.source, isTypeOnly: node.importKind === 'type' };
    case 'ExportAllDeclaration':
      return { name: node.source, isTypeOnly: node.exportKind === 'type' };
    case 'ExportNamedDeclaration':
      return node.source === null ? undefined : { name: node.source, isTypeOnly: node.exportKind === 'type' };
    case 'ImportExpression':
      return { name: node.source, isTypeOnly: false };
    case 'TSImportType':
      return { name: node.source, isTypeOnly: true };
    case 'TSExternalModuleReference':
      return { name: node.expression, isTypeOnly: false };
    case 'NewExpression':
      return workerOf(node);
  }
  return undefined;
}

/** `new Worker(new URL('./worker.ts', import.meta.url))` loads a module; what a new process runs is no import. */
function workerOf(node: Node): { name: unknown; isTypeOnly: boolean } | undefined {
  if (!isCallOf(node, 'Worker')) return undefined;
  const name = urlIn(node.arguments);
  return name === undefined ? undefined : { name, isTypeOnly: false };
}

const isCallOf = (node: Node, name: string): boolean =>
  isNode(node.callee) && node.callee.type === 'Identifier' && node.callee.name === name;

/** The text of the first `new URL('…', import.meta.url)` in an expression, however wrapped. */
function urlIn(value: unknown): unknown {
  if (isNode(value) && value.type === 'NewExpression' && isCallOf(value, 'URL')) {
    const [name, base] = value.arguments as unknown[];
    const isNextToModule =
      isNode(base) &&
      base.type === 'MemberExpression' &&
      isNode(base.object) &&
      base.object.type === 'MetaProperty';
    if (isNextToModule) return name;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const inner of Object.values(value)) {
    const found = urlIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
