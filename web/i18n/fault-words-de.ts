import type { FaultWords } from './fault-words.ts';

/** German of what is wrong with sources, channels and what hands values on. */
export const faultWordsDe: FaultWords = {
  'settings.lost':
    'Die Einstellungen wurden mit anderen Schlüsseln versiegelt und lassen sich nicht mehr lesen. Richten Sie es neu ein.',
  'kind.gone':
    'Dieser Host kennt {kind} nicht mehr. Bringen Sie es zurück, oder entfernen Sie, was damit eingerichtet ist.',

  'name.unknown':
    'Der Name {host} ist in diesem Netz nicht bekannt. Prüfen Sie die Schreibweise, oder nehmen Sie die IP-Adresse.',
  'host.unreached':
    '{host} ist von hier nicht zu erreichen. Prüfen Sie, ob das Gerät an ist, und die Adresse.',
  'host.notAllowed':
    '{host} liegt im eigenen Netz des Hosts. Was zu einer Anlage gehört, erreicht nur Server im Internet. Bitten Sie einen Admin des Hosts, es für den Host einzurichten.',
  'port.refused':
    '{host} ist da und nimmt an Port {port} keine Verbindung an. Prüfen Sie den Port, und ob dort etwas zuhört.',
  'port.refused.broker':
    '{host} ist da und nimmt an Port {port} keine Verbindung an. Prüfen Sie den Port, und ob der Broker läuft.',
  'port.refused.modbus':
    '{host} ist da und nimmt an Port {port} keine Verbindung an. Prüfen Sie den Port, und ob andere alle Verbindungen belegen.',
  'port.refused.tuya':
    '{host} ist da und nimmt an Port {port} keine Verbindung an. Prüfen Sie den Port, und ob ein anderes Programm die einzige Verbindung hat.',
  'port.refused.opcua':
    '{host} ist da und nimmt an Port {port} keine Verbindung an. Prüfen Sie den Port (oft 4840), und ob der OPC-UA-Server dort läuft.',
  'connection.timeout':
    'Nach {seconds} s gab es keine Verbindung zu {host}. Prüfen Sie, ob das Gerät an ist, und die Adresse.',
  'connection.broken': 'Die Gegenseite hat die Verbindung abgebrochen.',
  'connection.closed': 'Die Gegenseite hat die Verbindung beendet.',
  'answer.timeout': 'Nach {seconds} s kam keine Antwort.',
  'tls.none':
    '{host} spricht an Port {port} kein TLS. Prüfen Sie den Port, oder nehmen Sie die Adresse ohne TLS.',
  'certificate.untrusted':
    'Das Zertifikat von {host} ist von niemandem unterschrieben, dem dieser Host vertraut. Nennen Sie die Datei der Zertifizierungsstelle in NODE_EXTRA_CA_CERTS, und starten Sie den Host neu.',
  'certificate.time':
    'Das Zertifikat von {host} gilt zu einer anderen Zeit als jetzt. Prüfen Sie die Uhren, und erneuern Sie es.',
  'certificate.name':
    'Das Zertifikat von {host} lautet auf einen anderen Namen. Nehmen Sie den Namen, auf den es ausgestellt ist.',

  'http.status': 'Der Server antwortet {status}.',
  'http.redirect':
    'Der Server antwortet {status} und verweist auf {to}. Weiterleitungen wird nicht gefolgt: Geben Sie jene Adresse selbst an.',
  'http.400': 'Der Server antwortet 400: Er versteht nicht, was gesendet wurde, oder nimmt es nicht.',
  'http.401': 'Der Server antwortet 401: Er kennt Token oder Passwort nicht.',
  'http.403': 'Der Server antwortet 403: Er weiß, wer sendet, und lässt ihn hier nicht schreiben.',
  'http.404':
    'Der Server antwortet 404: Diesen Ort gibt es nicht. Prüfen Sie die Adresse und die Namen in den Einstellungen.',
  'http.413': 'Der Server antwortet 413: Es ist zu viel auf einmal.',
  'http.422': 'Der Server antwortet 422: Er nimmt nicht an, was gesendet wurde.',
  'http.429': 'Der Server antwortet 429: Er erhält mehr, als er annehmen will.',
  'http.500': 'Der Server antwortet 500: Dort stimmt etwas nicht.',
  'http.502': 'Der Server antwortet 502: Sein Proxy erreicht ihn nicht.',
  'http.503': 'Der Server antwortet 503: Er kann gerade nichts annehmen.',
  'http.504': 'Der Server antwortet 504: Sein Proxy erhielt keine Antwort.',

  'mqtt.none': 'Dieser Host hat kein MQTT.',
  'mqtt.waiting': 'Der Broker {broker} hat noch nicht geantwortet.',
  'mqtt.address': 'Mit {broker} lässt sich nicht sprechen. Prüfen Sie die Adresse des Brokers.',
  'mqtt.other': '{host} spricht an Port {port} kein MQTT. Prüfen Sie den Port.',
  'mqtt.mute':
    '{host} nimmt an Port {port} die Verbindung an und antwortet nicht wie ein Broker. Prüfen Sie den Port, und ob es dem Broker gut geht.',
  'mqtt.login': 'Der Broker {host} lässt diesen Benutzer nicht ein. Prüfen Sie Benutzer und Passwort.',
  'mqtt.rights':
    'Der Broker {host} lässt diesen Benutzer nicht hören, was gebraucht wird. Prüfen Sie dort seine Rechte.',
  'mqtt.notAcknowledged': 'Der Broker bestätigt nicht.',
  'mqtt.notBack': 'Der Broker gibt {topic} nicht zurück. Darf der Benutzer dieses Topic lesen?',
  'mqtt.notOwn': 'Dieser Host hat keinen eigenen Broker. Geben Sie die Adresse eines Brokers an.',
  'mqtt.noLogin':
    'Ohne die Adresse eines Brokers braucht es Benutzer und Passwort, mit denen sich die Geräte anmelden.',
  'mqtt.nobody': 'Am Broker dieses Hosts ist kein Gerät als {user} angemeldet.',
  'mqtt.left': '{meter} hat den Broker verlassen: Das Gerät sagt es selbst.',
  'topic.broken': 'Was auf {topic} kommt, lässt sich nicht lesen. Prüfen Sie, was das Gerät sendet.',
  'topic.old':
    'Was auf {topic} kommt, galt früher: So sagt es das Gerät oder seine Bridge. Prüfen Sie die Uhr des Geräts, und ob es an ist.',
  'topic.nothing':
    'Was auf {topic} kommt, enthält keinen der Werte, die gelesen werden. Prüfen Sie, was das Gerät sendet, und was hier davon gewählt ist.',
  'topic.silent': 'Verbunden, doch auf {topics} kommt nichts. Prüfen Sie das Topic, und ob das Gerät an ist.',
  'topic.near':
    'Verbunden, doch auf {topics} kommt nichts (meinten Sie {near}?). Prüfen Sie das Topic, und ob das Gerät an ist.',

  'modbus.quiet':
    '{seconds} s nach einer Frage war nichts gekommen. Prüfen Sie Adresse, Unit und Parameter der Leitung.',
  'modbus.notTcp':
    'Was kommt, ist kein Modbus TCP. Ein Konverter, der Bytes nur weitergibt, braucht den Transport RTU über TCP.',
  'modbus.silent':
    'Verbunden, doch niemand antwortet als Unit {units}. Prüfen Sie Unit, Baudrate, Parität und Verdrahtung, und ob das Gerät an ist.',
  'modbus.silent.tcp':
    'Verbunden, doch niemand antwortet als Unit {units}. Prüfen Sie Unit und Verdrahtung, und ob das Gerät an ist.',
  'modbus.twoMasters':
    '{port} liest schon eine andere Quelle als „{theirs}“ und nicht als „{ours}“. Zwei Master an einer Leitung stören einander: Geben Sie beiden dasselbe, oder schalten Sie die andere aus, und speichern Sie diese noch einmal. War es diese selbst, wie sie gespeichert war, so speichern Sie sie, wie sie sein soll, und sehen Sie, ob sie liest.',
  'serial.missing': 'Diesen Anschluss gibt es nicht. Prüfen Sie, ob der Adapter eingesteckt ist.',
  'serial.forbidden':
    'Dieses Programm darf {path} nicht benutzen. Nehmen Sie seinen Benutzer in die Gruppe des Anschlusses auf (oft dialout), und starten Sie es neu.',
  'serial.busy':
    'Ein anderes Programm hat den Anschluss offen. Beenden Sie es: Zwei Master an einer Leitung stören einander.',
  'serial.unplugged': 'Das Gerät wurde ausgesteckt.',
  'serial.noPackage':
    'Das Paket serialport fehlt hier. Führen Sie npm ci auf einem Rechner aus, für den es ein Programm hat.',

  'tuya.silent': '{host} sagt nichts mehr. Prüfen Sie, ob das Gerät an ist, und sein WLAN.',
  'tuya.noPoints':
    'Mit {host} verbunden, doch keiner der Datenpunkte kommt. Prüfen Sie die Datenpunkte, und ob das Gerät sie hat.',
  'tuya.other': 'Was {host} an Port {port} sagt, ist nicht von Tuya. Prüfen Sie die Adresse.',
  'tuya.device': '{host} ist nicht das Gerät {device}. Prüfen Sie die Geräte-ID.',
  'tuya.question':
    '{host} nimmt keine Frage dieser Art. Prüfen Sie den lokalen Schlüssel. Geräte, die zum Lesen erst gestellt werden müssen, werden nicht gelesen.',
  'tuya.broken': '{host} hat die Verbindung abgebrochen. Es wird neu versucht.',
  'tuya.hungUp':
    '{host} hat wortlos aufgelegt: Ein anderes Programm (etwa Home Assistant) hat die einzige Verbindung, der lokale Schlüssel ist falsch, oder das Gerät spricht nicht {version}.',
  'tuya.key':
    '{host} ist da, doch Schlüssel und Version öffnen nicht, was es sagt: Der lokale Schlüssel ist ein anderer (er wechselt mit jeder neuen Kopplung), oder das Gerät spricht nicht {version}.',
  'tuya.version': '{host} spricht nicht {version}. Umschauen sagt, welche Version es spricht.',

  'opcua.noPackage':
    'Das Paket node-opcua-client fehlt hier. Installieren Sie Joulegate mit seinen optionalen Paketen (npm ci ohne --omit=optional).',
  'opcua.connecting':
    '{url} wird verbunden und hat noch nicht geantwortet. Bleibt es so, prüfen Sie Adresse und Port, und ob der Server an ist.',
  'opcua.noValue': 'Verbunden, doch der Server nannte noch keinen Wert. Er nennt sie alle {seconds} s.',
  'opcua.nodes': 'Knoten ohne Wert: {silent} von {all}. {node}: {because}',
  'opcua.node.unknown':
    'Diesen Knoten gibt es nicht. Prüfen Sie die Node-ID, und ob ihr ns= noch gilt, seit der Server neu eingerichtet wurde.',
  'opcua.node.id': 'Der Server nimmt diese Node-ID nicht an.',
  'opcua.node.noVariable': 'Dieser Knoten ist keine Variable und hat keinen Wert.',
  'opcua.node.unreadable': 'Der Server lässt ihn nicht lesen.',
  'opcua.node.access': 'Diese Anmeldung darf ihn nicht lesen.',
  'opcua.node.noCommunication': 'Der Server erreicht das Gerät dahinter nicht.',
  'opcua.node.notConnected': 'Der Server ist mit dem Gerät dahinter nicht verbunden.',
  'opcua.node.waiting': 'Der Server hat noch keinen Wert.',
  'opcua.node.off': 'Er ist am Server abgeschaltet.',
  'opcua.node.sensor': 'Der Server sagt, dass der Sensor ausgefallen ist.',
  'opcua.node.device': 'Der Server sagt, dass das Gerät ausgefallen ist.',
  'opcua.node.range': 'Der Server sagt, dass er außerhalb des Bereichs liegt.',
  'opcua.node.last': 'Der Server nennt einen alten Wert, denn ein neuerer kam nicht zu ihm.',
  'opcua.node.initial': 'Der Server nennt einen Anfangswert, den niemand gemessen hat.',
  'opcua.node.substitute': 'Der Server nennt einen Wert, den jemand von Hand eingetragen hat.',
  'opcua.node.inaccurate': 'Der Server sagt, dass der Sensor nicht genau ist.',
  'opcua.node.status': 'Der Server gibt seinem Wert einen Status, der nicht gut ist.',
  'opcua.node.type': 'Er ist keine Zahl. Gebraucht wird Boolean, SByte bis UInt64, Float oder Double.',
  'opcua.node.large': 'Seine Zahl ist keine, oder zu groß, um sie genau zu lesen.',
  'opcua.node.silent': 'Der Server nimmt ihn an und sagt nichts von ihm.',
  'opcua.node.noTime': 'Er bringt keine Zeit mit, also ist nicht zu sagen, wie alt er ist.',
  'opcua.node.old': 'Sein Wert ist älter als erlaubt.',
  'opcua.path':
    'Der Server auf {place} kennt diesen Pfad nicht. Geben Sie ihn so an, wie der Server ihn zeigt.',
  'opcua.login':
    'Der Server weist die Anmeldung ab. Prüfen Sie Benutzer und Passwort, und ob dieser Benutzer dort hindarf.',
  'opcua.sessions':
    'Der Server hat so viele Clients, wie er annimmt. Beenden Sie einen anderen, oder erlauben Sie dort mehr.',
  'opcua.time': 'Ein Zertifikat gilt jetzt nicht. Prüfen Sie die Uhren dieses Rechners und des Servers.',
  'opcua.securityRefused':
    'Der Server lehnt diese Art von Sicherheit ab. Wählen Sie eine andere, oder erlauben Sie sie dort.',
  'opcua.ownCertificate':
    'Der Server nimmt das Zertifikat dieses Clients nicht an. Vertrauen Sie ihm dort (meist liegt es unter „rejected“: Verschieben Sie es nach „trusted“). Es heißt Joulegate, sein SHA-1 ist {sha1}, und es liegt im Datenordner als opcua/client.der.',
  'opcua.other': 'Wer auf {place} antwortet, spricht kein OPC UA. Prüfen Sie den Port (oft 4840).',
  'opcua.mute':
    'Auf {place} nimmt jemand die Verbindung an und sagt nichts. Prüfen Sie den Port (oft 4840), und ob es dem OPC-UA-Server gut geht.',
  'opcua.unanswered':
    '{place} antwortet nicht. Prüfen Sie die Adresse, eine Firewall dazwischen, und ob der Server an ist.',
  'opcua.ended':
    'Auf {place} antwortet jemand und beendet die Verbindung: Dort hört kein OPC-UA-Server zu, oder er nimmt gerade niemanden. Prüfen Sie den Port (oft 4840).',
  'opcua.busy': 'Der Server startet gerade, endet, oder hat zu viel zu tun.',
  'opcua.subscriptions':
    'Der Server nimmt keine Abonnements mehr an. Beenden Sie einen anderen Client, oder lesen Sie weniger Knoten.',
  'opcua.broken': 'Die Verbindung zu {place} brach ab.',
  'opcua.lost': 'Der Server hat die Verbindung beendet oder sagt nichts mehr. Sie wird neu aufgebaut.',
  'opcua.unusable': 'Der Server auf {place} lässt sich nicht benutzen.',
  'opcua.oldPolicies':
    'Der Server bietet nur {offered} an, und das ist nicht mehr sicher. Erlauben Sie dort {safe}, oder wählen Sie eine andere Sicherheit.',
  'opcua.security': 'Der Server bietet die Sicherheit „{wanted}“ nicht an. Er bietet an: {offered}.',
  'opcua.loginKind':
    'Mit dieser Sicherheit nimmt der Server die Anmeldung „{wanted}“ nicht an. Er nimmt an: {offered}.',
  'opcua.readable':
    'Mit der Sicherheit „{wanted}“ will der Server das Passwort für jeden im Netz lesbar und erhielt es nicht. Er bietet auch an: {better}. Wählen Sie das.',
  'opcua.security.none': 'keine',
  'opcua.security.sign': 'signiert',
  'opcua.security.encrypt': 'signiert und verschlüsselt',
  'opcua.login.anonymous': 'ohne Anmeldung',
  'opcua.login.user': 'Benutzer und Passwort',
  'opcua.login.certificate': 'Zertifikat',
  'opcua.unknown': 'nichts, was bekannt ist',
  'opcua.noCertificate':
    'Der Server zeigt kein Zertifikat, also lässt sich nichts sichern. Richten Sie dort eines ein.',
  'opcua.notTrusted':
    'Dem Zertifikat des Servers wird noch nicht vertraut. Vergleichen Sie es mit dem, was der Server selbst zeigt, und tragen Sie den Fingerabdruck ein, wenn beide gleich sind: SHA-256 {sha256} (SHA-1 {sha1}).',
  'opcua.otherCertificate':
    'Der Server zeigt ein anderes Zertifikat als das, dem vertraut wird: SHA-256 {sha256} (SHA-1 {sha1}). Wurde es erneuert, vergleichen Sie es mit dem, was der Server selbst zeigt, und tragen Sie den neuen Fingerabdruck ein. Sonst sitzt jemand dazwischen.',

  'sender.never': 'Noch wurde nichts gesendet. Prüfen Sie Adresse und Token beim Sender.',
  'sender.silent':
    'Drei Intervalle lang wurde nichts gesendet. Prüfen Sie, ob der Sender läuft, und was ihm geantwortet wurde.',
  'sender.past':
    'Was gesendet wird, ist mindestens {minutes} min alt. Prüfen Sie die Uhr des Senders, oder ob er sendet, was gewartet hat.',
  'sender.refused': 'Von dem, was gesendet wurde, wurde abgelehnt: {count}.',
  'sender.notStored':
    'Nicht gespeicherte Werte: {count}. Ihr Intervall hatte schon einen anderen. Prüfen Sie, wie oft der Sender misst.',
  'records.never': 'Seit dem Start dieses Hosts wurde noch nichts gesendet.',
  'records.refused': 'Was gesendet wurde, wird abgelehnt.',
  'records.noTrial':
    'Hier gibt es nichts auszuprobieren: Speichern Sie diese Quelle, und richten Sie dann am anderen Joulegate die Weitergabe ein. Der Test dort sagt, ob es hier ankommt.',

  'mail.timeout': '{host} hat die Nachricht in {seconds} s nicht angenommen.',
  'mail.login': '{host} lässt diesen Benutzer nicht ein. Prüfen Sie Benutzer und Passwort.',
  'mail.refused': '{host} nimmt die Nachricht nicht an.',
  'push.nobody':
    'Kein Browser ist angemeldet. Öffnen Sie dort diese Seite, und melden Sie ihn unter Alarme, Kanäle an.',
  'push.failed': 'Nicht alle Browser wurden erreicht.',
  'queue.tooMany': 'Es warteten mehr als {most}.',
  'queue.tooOld': 'Nach einem Tag aufgegeben.',
  'queue.off': 'Der Kanal ist aus.',
  'forward.nothing': 'Noch wurde nichts gemessen, was gesendet würde.',
  'forward.removed': 'Es wurde inzwischen entfernt.',
  'forward.noAnswer': 'Die Gegenseite sagt nicht, was sie hat.',
  'forward.otherPast':
    'Die Gegenseite hat Datensätze bis {upTo} aus einer anderen Vergangenheit: neu begonnen.',
  'homeAssistant.leftOut': 'Ausgelassene Zähler: {count}. Eine Einrichtung meldet höchstens {most}.',
  'modbusServer.noValue': '{meter} hat noch keinen Live-Wert gemeldet; wer fragt, wird abgewiesen (0x0B).',
  'modbusServer.oldValue':
    'Der neueste Wert von {meter} ist {seconds} s alt, erlaubt sind {most} s; wer fragt, wird abgewiesen (0x0B). Prüfen Sie das Gateway: ob es online ist und seine Uhr richtig geht.',
  'modbusServer.oldQuantity':
    '{quantity} von {meter} ist {seconds} s alt, erlaubt sind {most} s; wer es mitliest, wird abgewiesen (0x0B). Prüfen Sie, wie oft die Quelle es meldet, und den ältesten Wert in den Einstellungen.',
  'modbusServer.settings': 'Die Einstellungen gelten nicht mehr. Speichern Sie sie neu.',
  'listen.taken':
    'Port {port} an {address} ist von einem anderen Programm belegt. Beenden Sie es, oder wählen Sie einen anderen Port.',
  'listen.forbidden':
    'Port {port} darf der Benutzer dieses Hosts nicht öffnen. Wählen Sie einen ab 1024, etwa 1502, oder lassen Sie das System 502 dorthin weiterleiten.',
  'listen.noAddress':
    '{address} ist gerade keine Adresse dieses Rechners. Wählen Sie eine, die es ist, oder 0.0.0.0 für alle.',
  'listen.failed': 'Port {port} an {address} ließ sich nicht öffnen.',
  'influx.notWritten':
    'Der Server antwortet nicht mit 204, wie InfluxDB es tut, wenn alles geschrieben ist. Prüfen Sie die Adresse, und ob dort InfluxDB ist.',
  'forward.leftOut':
    'Ausgelassene Zähler: {count}, etwa {meter}. Dort hieße er {name}, und höchstens 64 Zeichen sind möglich.',

  'import.decimals':
    '{number} wurde mit Nachkommastellen gelesen. Steht es für {whole}, dann wählen Sie {sign} als das, was zwischen Tausendern steht.',
  'import.days':
    '{time} wurde als Tag {day} des Monats {month} gelesen, und kein Tag der Datei sagt, dass es nicht umgekehrt ist. Wenn doch, ist die Form der Zeit {format}.',
  'import.zone':
    '{time} nennt keine Zeitzone und wurde als Zeit in {zone} gelesen. CURRENT_TIMESTAMP von SQLite und viele Logger schreiben UTC: ist es so, dann wählen Sie UTC als Zeitzone der Datei.',
  'import.once':
    '{time} steht einmal da, und Uhren in {zone} haben es zweimal gezeigt. Sind die Zeiten der Datei in UTC oder das ganze Jahr in Winterzeit (Etc/GMT-1 für UTC+1), dann wählen Sie das als Zeitzone der Datei.',
  'import.falls':
    'Weniger als in Zeile {before}. Ein Zählerstand wächst nur, bis er von vorn beginnt: Mengen einzelner Intervalle sind keine Stände.',
  'import.unlike':
    'Wächst um {grows} Wh, die Leistung desselben Zählers ergibt aber {makes} Wh. Prüfen Sie beide Faktoren: eine kWh sind 1000 Wh.',
  'import.seam':
    'Zeigt {before} und {hours} h später {after}: die Stände der Datei und die vorhandenen gehen nicht ineinander über, und was dazwischen liegt, kann als Energie zählen. Sind sie von zwei Zählern, oder zählt einer von einem anderen Anfang an, wie eine Summe von Home Assistant, dann importieren Sie in einen eigenen Zähler.',
  'import.asEnds':
    'Die erste Zeit ist {seconds} s nach Mitternacht, wie bei Enden von Intervallen, und gilt als Beginn. Sind es Enden, dann wählen Sie das Ende des Intervalls.',
  'import.unsaidStart':
    'Die Zeiten gelten als Beginn von Intervallen von {seconds} s, und nichts in der Datei sagt es. Sind es Enden, dann wählen Sie das Ende des Intervalls.',
  'import.unsaidEnd':
    'Die Zeiten gelten als Ende von Intervallen von {seconds} s, und nichts in der Datei sagt es. Sind es Anfänge, dann wählen Sie den Beginn des Intervalls.',
  'import.dayEnd':
    '{times}-mal steht Mitternacht hinter dem Rest ihres Tages und gilt als dessen Beginn. Ist es sein Ende, dann schreiben Sie 24:00 oder das Datum des nächsten Tages.',
  'import.longer':
    '{times}-mal hintereinander sind es {seconds} s bis zum nächsten Wert, und er gilt als Mittel von {windowS} s mit einer Lücke dahinter. Gilt er für alle {seconds} s, dann importieren Sie diesen Teil der Datei für sich.',
  'import.kilo':
    'Ist nie mehr als {watts} W, und kein Name nennt eine Einheit: bei kW oder kWh ist der Faktor 1000.',
  'import.moments':
    'Wächst so, wie es die Leistung im Intervall davor ergibt: die Stände sind von den Zeiten ihrer Zeilen, {seconds} s vor denen, für die sie gelten. Wählen Sie, dass eine Zeit die eines Augenblicks ist.',
  'import.night':
    'Gilt als eingespeist oder erzeugt und geht nachts weiter, wie Verbrauch es tut. Ist es Verbrauch, dann wählen Sie Bezug, oder Leistung mit einem Faktor über 0.',
  'import.sun':
    'Gilt als Verbrauch und ist von 23 bis 2 Uhr jede Nacht nichts, wie bei dem, was die Sonne erzeugt. Ist es Erzeugung, dann wählen Sie Einspeisung, oder Leistung mit einem Faktor unter 0.',
};
