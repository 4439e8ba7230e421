import type { FleetWords } from './fleet-words-en.ts';

/** German of the list of gateways, and of how a new one comes. */
export const fleetWordsDe: FleetWords = {
  parts: { list: 'Liste', rollouts: 'Verteilungen', new: 'Neues Gateway', sources: 'Andere Quellen' },
  find: 'Suchen',
  findHelp: 'Name, Zähler, Board oder Version',
  show: 'Zeigen',
  filters: { all: 'Alle', trouble: 'Mit Störung', offline: 'Offline', waiting: 'Viel nicht gesendet' },
  filter: (name, count) => `${name} ${count}`,
  sort: 'Sortieren nach',
  sorts: {
    trouble: 'Störungen zuerst',
    name: 'Name',
    journal: 'nicht gesendet und verworfen',
    firmware: 'älteste Firmware',
    seen: 'am längsten fort',
  },
  shown: (shown, all) => `${shown} von ${all} gezeigt`,
  noneShown: 'So ist kein Gateway.',
  showAll: 'Alle zeigen',
  full: share => `Journal zu ${share} voll`,
  meters: count => `Zähler: ${count}`,
  metersWell: (well, all) => `${well} von ${all} Zählern in Ordnung`,
  chosen: count => `${count} gewählt`,
  chooseAll: 'Alle wählen',
  chooseNone: 'Keins wählen',
  steps: {
    title: 'Vom leeren Board zu Werten auf dieser Seite',
    meters: 'Leitungen und Zähler',
    metersHelp:
      'Öffnen Sie das neue Gateway, fügen Sie in den Einstellungen seine Leitungen hinzu und lassen Sie eine Suche die Zähler darauf finden.',
  },
};
