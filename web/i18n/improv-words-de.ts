import type { ImprovWords } from './improv-words-en.ts';

/** German of setting up a new gateway by its serial port. */
export const improvWordsDe: ImprovWords = {
  title: 'Netz geben und koppeln',
  intro:
    'Über dasselbe USB-Kabel: Wählen Sie hier das WLAN; der Kopplungscode geht von selbst an das Gateway.',
  noSerial:
    'Dieser Browser erreicht keine USB-Anschlüsse. Nehmen Sie Chrome, Edge oder Opera auf einem Rechner, über https oder auf dem Rechner des Hosts; oder richten Sie das Gateway über sein eigenes WLAN ein, siehe unten.',
  plug: 'Stecken Sie das Gateway an. Schließen Sie andere Programme, die seinen Anschluss benutzen.',
  start: 'Anschluss wählen',
  opening: 'Das Gateway wird gefragt, wer es ist. Nach einem Start dauert das einige Sekunden.',
  found: (device, firmware, chip) => `${device}: Firmware ${firmware} auf ${chip}.`,
  name: 'Name des Gateways',
  nameHelp: 'Kleinbuchstaben, Ziffern, - und _. Leer: ein eigener Name.',
  wifi: 'WLAN',
  wifiHelp: '2,4 GHz; wählen Sie eines, das es hört, oder geben Sie den Namen ein.',
  password: 'Passwort des WLANs',
  secret: 'Es geht über das Kabel allein an das Gateway; Host und Browser behalten nichts davon.',
  heard: count => `Netze, die es hört: ${count}`,
  scanning: 'Es sucht Netze …',
  again: 'Noch einmal suchen',
  submit: 'Verbinden und koppeln',
  cancel: 'Abbrechen',
  steps: { joining: 'Es verbindet sich mit dem Netz …', pairing: 'Es koppelt sich mit diesem Host …' },
  done: gateway =>
    `Es ist als „${gateway}“ gekoppelt und verbunden. Es startet neu und erscheint in einer Minute hier.`,
  stored: gateway =>
    `Es ist als „${gateway}“ gekoppelt, hat aber den Broker noch nicht erreicht. Es startet in einer Minute neu und versucht es weiter.`,
  another: 'Ein weiteres einrichten',
  noCable: 'Ohne Kabel',
  noCableHelp:
    'Ein neues Gateway öffnet ein eigenes WLAN, „Joulegate …“; dessen Seite fragt nach einem Kopplungscode.',
  failed: 'Das ging nicht.',
  faults: {
    silent:
      'Dort antwortet nichts wie ein Gateway, das eingerichtet werden will. Ist es der richtige Anschluss, und ist die Firmware darauf? Ein Gateway, das schon eingerichtet ist, öffnet sich nach kurzem Druck auf seinen Knopf für 5 Minuten.',
    other: 'Dort antwortet etwas anderes, kein Joulegate-Gateway.',
    port: 'Der Anschluss lässt sich nicht öffnen. Schließen Sie andere Programme, die ihn benutzen, etwa einen seriellen Monitor.',
    gone: 'Das Gateway wurde abgezogen.',
    refused: 'Das Gateway hat das nicht verstanden. Starten Sie es neu und versuchen Sie es noch einmal.',
    busy: 'Es ist schon an der Arbeit. Warten Sie, bis das zu Ende ist.',
    'wifi.missing': 'Der Name des WLANs fehlt. Wählen Sie eines.',
    'wifi.length':
      'Ein WLAN-Name hat höchstens 32 Bytes, ein Passwort 8 bis 64. Sehen Sie beide noch einmal an.',
    'wifi.password':
      'Das WLAN hat das Passwort abgelehnt. Geben Sie es noch einmal ein; Großbuchstaben zählen.',
    'wifi.timeout':
      'Das WLAN war in 30 s nicht zu erreichen. Hat es 2,4 GHz, ist es nah genug und der Name richtig?',
    'host.form':
      'Das ist keine Adresse eines Hosts. Erlaubt ist ein Name oder eine IPv4-Adresse, etwa 192.168.1.10:8080.',
    'host.none':
      'In diesem Netz wurde kein Host gefunden. Geben Sie seine Adresse ein; „Gateway hinzufügen“ zeigt sie.',
    'host.many': 'Mehrere Hosts wurden gefunden. Wählen Sie einen davon als Adresse.',
    'host.unreachable':
      'Der Host antwortet nicht. Läuft er, ist er in diesem Netz und nicht nur auf seinem eigenen Rechner erreichbar?',
    'host.other':
      'Unter dieser Adresse ist etwas, aber kein Joulegate-Host, der koppelt. Prüfen Sie Adresse und Port.',
    'host.false':
      'Was dort antwortete, kennt den Code nicht; nichts davon wurde übernommen. Prüfen Sie die Adresse.',
    'host.full': 'Der Host hat so viele Gateways, wie er annimmt.',
    'code.form':
      'Das kann kein Code sein: Er hat 12 Buchstaben und Ziffern und kein U. Sehen Sie ihn noch einmal an.',
    'code.wrong':
      'Der Host kennt diesen Code nicht. Prüfen Sie ihn oder machen Sie einen neuen; nach fünf falschen Versuchen enden Codes.',
    'code.spent': 'Dieser Code wurde benutzt oder beendet. Machen Sie auf der Seite des Hosts einen neuen.',
    'code.expired':
      'Dieser Code ist nach 15 Minuten abgelaufen. Machen Sie auf der Seite des Hosts einen neuen.',
    'code.dead':
      'Dieser Code ist beendet, weil falsche probiert wurden. Machen Sie auf der Seite des Hosts einen neuen.',
    'code.tries':
      'Der Host hat zu viele Versuche abgelehnt. Warten Sie fünf Minuten und versuchen Sie es dann noch einmal.',
    store:
      'Was der Host gab, ließ sich nicht speichern. Starten Sie das Gateway neu und nehmen Sie denselben Code.',
    broker:
      'Der Host hat den Zugang gegeben, aber sein Broker ist nicht zu erreichen oder hat ihn abgelehnt.',
  },
};
