import type { HealthWords } from './health-words-en.ts';

/** German of why the host is not well. */
export const healthWordsDe: HealthWords = {
  codes: {
    'commit.failing':
      'Was ankommt, lässt sich nicht auf die Platte bringen. Es wird neu versucht; die Gateways behalten es so lange.',
    'disk.nearlyFull':
      'Die Platte ist fast voll. Schaffen Sie Platz, oder wählen Sie eine kürzere Aufbewahrung.',
    'disk.unreadable': 'Wie voll die Platte ist, lässt sich nicht feststellen.',
    'intake.paused': 'Die Platte ist voll: Die Gateways behalten, was sie messen, bis Platz ist.',
    'store.restored': 'Die Datenbank war beschädigt; was von ihr zu haben war, ist wieder da.',
    'store.notEnded':
      'Der Host wurde zuletzt nicht geordnet beendet: Er wurde abgebrochen oder war ohne Strom. Was noch nicht auf der Platte war, senden die Gateways noch einmal.',
    'store.recordsLost':
      'Die Datenbank hat Sätze verloren, die bestätigt waren, und die Gateways haben sie nicht mehr. Welche Zeiten fehlen, zeigt der Nachweis.',
    'backup.failed': 'Die letzte Sicherung gelang nicht oder glich der Datenbank nicht.',
    'archive.unreadable':
      'Dateien des Archivs fehlen oder sind beschädigt: Holen Sie sie aus einer Sicherung zurück.',
    'audit.failing': 'Änderungen können nicht protokolliert werden; es wird weiter versucht.',
    'modbusServer.failing': 'Geräte, die einen Zähler über Modbus TCP abfragen, erhalten keine Werte.',
    'notify.failing': 'Ein Kanal nimmt seit über einer Stunde keine Meldungen an.',
    'alarms.leftOut':
      'Alarmregeln beobachten nicht alle ihre Zähler: Zusammen beobachten sie so viele, wie der Host erlaubt.',
    'loop.slow': 'Der Host antwortet langsam: Sein Rechner hat mehr zu tun, als er schafft.',
    'forward.failing': 'Was weitergeleitet wird, wartet: Die Gegenseite nimmt seit zehn Minuten nichts an.',
    'forward.missed':
      'Etwas wird nicht weitergeleitet: Es wartete zu lange, die Gegenseite lehnte es ab, oder sein Name hat dort keinen Platz.',
    'broker.away': 'Der externe Broker ist nicht erreichbar.',
  },
  facts: {
    room: (free, size) => `${free} von ${size} sind frei.`,
    resumes: needed => `Ab mehr als ${needed} freiem Platz wird wieder gespeichert.`,
    outcomes: {
      walCut: 'Das Ende ihres Protokolls war nicht zu gebrauchen; alles davor ist erhalten.',
      restored: 'An ihrer Stelle steht die neueste gute Sicherung.',
      begunAnew: 'Es gab keine gute Sicherung: Eine neue Datenbank hat begonnen.',
    },
    setAside: folder =>
      `Das Beschädigte liegt in ${folder}. Die Gateways senden noch einmal, was sie noch haben.`,
    readBack: (commits, bytes) =>
      `Aus dem Protokoll der Datenbank gelesene Vorgänge: ${commits}; weggelassen, weil nicht abgeschlossen: ${bytes}.`,
    lost: (records, gateways, at) => `Sätze: ${records}; Gateways: ${gateways}; gefunden am ${at}.`,
    file: file => `Datei: ${file}.`,
    files: (file, more) => `Datei: ${file} und ${more} weitere.`,
    waits: (wait, most) =>
      `1 % der Wartezeiten dauerte ${wait} oder länger; bis ${most} ist alles in Ordnung.`,
    since: (id, at) => `${id}, seit ${at}.`,
    leftOut: (rules, most) =>
      `Regeln, die Zähler auslassen: ${rules}. Zusammen beobachten Regeln ${most} Zähler, jeder je Regel gezählt: Lassen Sie einige nur ein Gateway oder einen Zähler beobachten, oder entfernen Sie Regeln.`,
    away: url => `Es gibt keine Verbindung zu ${url}. Es wird weiter versucht.`,
  },
};
