/** The parts of a makefile of mcconfig that turn modules into byte code and link them; they need no ESP-IDF. */
export interface Makefile {
  /** How each compiled file is made, by the SDK's `xsc` or `xsid`. */
  readonly recipes: readonly Recipe[];
  /** The arguments of `xsl`, that links all. */
  readonly link: readonly string[];
}

export interface Recipe {
  readonly target: string;
  readonly program: 'xsc' | 'xsid';
  readonly args: readonly string[];
}

const assignment = /^([A-Z_]+) ?=(.*)$/;
const rule = /^(\$\([A-Z_]+\)\/[^:]+\.(?:xsb|xsi)) ?:/;
const command = /^\t(xsc|xsid) (.+)$/;

/** Reads what mcconfig 8 wrote: variables of one or several lines, rules, commands. */
export function readMakefile(text: string): Makefile {
  const lines = text.split('\n');
  const variables = new Map<string, string>();
  const recipes: Recipe[] = [];
  let target = '';
  const full = (words: string): string =>
    words
      .replaceAll('$(@D)', target.slice(0, target.lastIndexOf('/')))
      .replace(/\$\(([A-Z_]+)\)/g, (whole, name: string) => {
        const value = variables.get(name);
        return value === undefined ? whole : full(value);
      });
  for (let index = 0; index < lines.length; index++) {
    let line = lines[index] ?? '';
    while (line.endsWith('\\')) line = `${line.slice(0, -1)} ${(lines[++index] ?? '').trim()}`;
    const [, name, value] = assignment.exec(line) ?? [];
    // `MODULES` is the SDK's folder first and the list of modules later: the last one counts.
    if (name !== undefined) variables.set(name, (value ?? '').trim());
    const [, made] = rule.exec(line) ?? [];
    if (made !== undefined) target = full(made);
    const [, program, words = ''] = command.exec(line) ?? [];
    if (program === 'xsc' || program === 'xsid')
      recipes.push({ target, program, args: wordsOf(full(words)) });
  }
  const link = '-b $(MODULES_DIR) -o $(TMP_DIR) $(PRELOADS) $(STRIPS) $(CREATION) $(MODULES)';
  return { recipes, link: wordsOf(full(link)) };
}

const wordsOf = (text: string): string[] =>
  text
    .replaceAll('"', '')
    .split(/\s+/)
    .filter(word => word !== '');
