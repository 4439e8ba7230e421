/** What is stored: corrected, brought in, taken out, kept. */
export interface DataAddress {
  readonly view: 'data';
  readonly part: DataPart;
}

export const dataParts = Object.freeze(['corrections', 'import', 'export', 'storage', 'backups'] as const);

export type DataPart = (typeof dataParts)[number];

const isDataPart = (text: string): text is DataPart => (dataParts as readonly string[]).includes(text);

export const parseData = ([part = '']: readonly string[]): DataAddress => ({
  view: 'data',
  part: isDataPart(part) ? part : 'corrections',
});

export const formatData = ({ part }: DataAddress): string => `/data/${part}`;

export const dataAddress = (part: DataPart): DataAddress => ({ view: 'data', part });
