import type { SourceWords } from './source-words-en.ts';

/** German of sources that are no gateways: how they are added, tried and changed. */
export const sourceWordsDe: SourceWords = {
  title: 'Andere Quellen',
  intro:
    'Zähler ohne Gateway: Was schon Modbus, MQTT oder eine andere Sprache spricht, wird von hier aus gelesen.',
  none: 'Noch wurde keine Quelle hinzugefügt.',
  add: 'Quelle hinzufügen',
  removeAsk: name =>
    `${name} entfernen? Die Quelle wird nicht mehr gelesen, ihre Einstellungen und Passwörter werden vergessen. Was sie gemessen hat, bleibt.`,
  isOn: 'Ein',
  isOff: 'Aus',
  isFaulty: 'Nichts zu hören',
  noMeters: 'Ihre Zähler erscheinen hier, sobald sie gelesen wurden.',
  atSite: site => `Anlage ${site}`,
  unknown: 'Diese Quelle gibt es nicht mehr.',
  which: 'Was möchten Sie lesen?',
  nameHelp: 'Wie Sie sie nennen, etwa „Keller“.',
  id: 'Kennung',
  discover: 'Umschauen',
  discoverHelp: 'Sucht einige Sekunden mit dem, was oben ausgefüllt ist, was sich lesen ließe.',
  discovering: 'Schaut sich um, höchstens 12 Sekunden…',
  found: count => `Gefunden: ${count}`,
  foundNone:
    'Nichts gefunden. Prüfen Sie, ob das Gerät eingeschaltet ist und was oben steht, oder füllen Sie den Rest selbst aus.',
  take: 'Übernehmen',
  taken: 'Übernommen; es steht oben im Formular.',
  takeOf: title => `${title} übernehmen`,
  trying: 'Liest, höchstens 12 Sekunden…',
  tryHelp: 'Liest einige Sekunden und zeigt, was kommt. Nichts wird gespeichert.',
  stop: 'Anhalten',
  tried: 'Was kam',
  triedNone:
    'In dieser Zeit kam nichts. Was selten spricht, kann noch kommen; speichern lässt es sich trotzdem.',
  noValues: 'Noch kein Wert',
  meters: 'Zähler',
  source: 'Quelle',
  kinds: {
    esphome: 'ESPHome',
    http: 'HTTP und InfluxDB',
    joulegate: 'Joulegate',
    modbus: 'Modbus',
    'mqtt-mapping': 'Beliebiges MQTT-Topic',
    opcua: 'OPC UA',
    shelly: 'Shelly',
    tasmota: 'Tasmota',
    tuya: 'Tuya (lokal)',
    zigbee2mqtt: 'Zigbee2MQTT',
  },
  manage: 'Einstellungen dieser Quelle',
};
