import type { FaultWords } from './fault-words.ts';

/** Portuguese of what is wrong with sources, channels and what hands values on. */
export const faultWordsPt: FaultWords = {
  'settings.lost':
    'As definições foram seladas com outras chaves e já não se podem ler. Configure-o de novo.',
  'kind.gone': 'Este servidor já não conhece {kind}. Reponha-o, ou remova o que foi configurado com ele.',

  'name.unknown': 'O nome {host} não é conhecido nesta rede. Veja se está bem escrito, ou use o endereço IP.',
  'host.unreached': 'Não se consegue chegar a {host} a partir daqui. Veja se está ligado, e o endereço.',
  'host.notAllowed':
    '{host} está na rede do próprio servidor. O que pertence a uma instalação só chega a servidores da internet. Peça a um administrador do servidor que o configure para o servidor.',
  'port.refused':
    '{host} está presente e não aceita ligações na porta {port}. Veja a porta, e se algo escuta ali.',
  'port.refused.broker':
    '{host} está presente e não aceita ligações na porta {port}. Veja a porta, e se o broker está a funcionar.',
  'port.refused.modbus':
    '{host} está presente e não aceita ligações na porta {port}. Veja a porta, e se outros usam todas as ligações.',
  'port.refused.tuya':
    '{host} está presente e não aceita ligações na porta {port}. Veja a porta, e se outro programa tem a única ligação.',
  'port.refused.opcua':
    '{host} está presente e não aceita ligações na porta {port}. Veja a porta (muitas vezes 4840), e se o servidor OPC UA está a funcionar.',
  'connection.timeout': 'Em {seconds} s não houve ligação a {host}. Veja se está ligado, e o endereço.',
  'connection.broken': 'O outro lado interrompeu a ligação.',
  'connection.closed': 'O outro lado fechou a ligação.',
  'answer.timeout': 'Não houve resposta em {seconds} s.',
  'tls.none': '{host} não fala TLS na porta {port}. Veja a porta, ou use o endereço sem TLS.',
  'certificate.untrusted':
    'O certificado de {host} não está assinado por ninguém em quem este servidor confie. Indique o ficheiro da autoridade em NODE_EXTRA_CA_CERTS e reinicie o servidor.',
  'certificate.time':
    'O certificado de {host} vale para outra data que não a de agora. Veja os relógios, e renove-o.',
  'certificate.name': 'O certificado de {host} é de outro nome. Use o nome para o qual foi emitido.',

  'http.status': 'O servidor responde {status}.',
  'http.redirect':
    'O servidor responde {status} e reencaminha para {to}. Os reencaminhamentos não são seguidos: indique esse endereço.',
  'http.400': 'O servidor responde 400: não percebe ou não aceita o que foi enviado.',
  'http.401': 'O servidor responde 401: não conhece este token ou esta palavra-passe.',
  'http.403': 'O servidor responde 403: sabe quem envia, e não o deixa escrever ali.',
  'http.404': 'O servidor responde 404: esse lugar não existe. Veja o endereço e os nomes nas definições.',
  'http.413': 'O servidor responde 413: é demasiado de uma vez.',
  'http.422': 'O servidor responde 422: não aceita o que foi enviado.',
  'http.429': 'O servidor responde 429: recebe mais do que quer aceitar.',
  'http.500': 'O servidor responde 500: algo está mal do outro lado.',
  'http.502': 'O servidor responde 502: o seu proxy não chega até ele.',
  'http.503': 'O servidor responde 503: agora não pode aceitar nada.',
  'http.504': 'O servidor responde 504: o seu proxy não teve resposta.',

  'mqtt.none': 'Este servidor não tem MQTT.',
  'mqtt.waiting': 'O broker {broker} ainda não respondeu.',
  'mqtt.address': 'Não se consegue falar com {broker}. Veja o endereço do broker.',
  'mqtt.other': '{host} não fala MQTT na porta {port}. Veja a porta.',
  'mqtt.mute':
    '{host} aceita a ligação na porta {port} e não responde como um broker. Veja a porta, e se o broker está bem.',
  'mqtt.login': 'O broker {host} não deixa entrar este utilizador. Veja o utilizador e a palavra-passe.',
  'mqtt.rights':
    'O broker {host} não deixa este utilizador ouvir o que é preciso. Veja ali os seus direitos.',
  'mqtt.notAcknowledged': 'O broker não confirma.',
  'mqtt.notBack': 'O broker não devolve {topic}. O utilizador pode ler esse tópico?',
  'mqtt.notOwn': 'Este servidor não tem broker próprio. Indique o endereço de um broker.',
  'mqtt.noLogin':
    'Sem o endereço de um broker são precisos um utilizador e uma palavra-passe para os dispositivos.',
  'mqtt.nobody': 'No broker deste servidor não há nenhum dispositivo ligado como {user}.',
  'mqtt.left': '{meter} deixou o broker: é o próprio dispositivo que o diz.',
  'topic.broken': 'O que chega em {topic} não se consegue ler. Veja o que o dispositivo envia.',
  'topic.old':
    'O que chega em {topic} era verdade antes, como diz o dispositivo ou a sua bridge. Veja o relógio do dispositivo, e se está ligado.',
  'topic.nothing':
    'O que chega em {topic} não traz nenhum dos valores que se leem. Veja o que o dispositivo envia, e o que se escolheu aqui.',
  'topic.silent': 'Ligado, mas não chega nada em {topics}. Veja o tópico, e se o dispositivo está ligado.',
  'topic.near':
    'Ligado, mas não chega nada em {topics} (queria dizer {near}?). Veja o tópico, e se o dispositivo está ligado.',

  'modbus.quiet':
    'Nada chegou em {seconds} s depois de uma pergunta. Veja o endereço, a unidade e os parâmetros da linha.',
  'modbus.notTcp':
    'O que chega não é Modbus TCP. Um conversor que só passa bytes precisa do transporte RTU sobre TCP.',
  'modbus.silent':
    'Ligado, mas ninguém responde como unidade {units}. Veja a unidade, a velocidade, a paridade e os fios, e se está ligado.',
  'modbus.silent.tcp':
    'Ligado, mas ninguém responde como unidade {units}. Veja a unidade e os fios, e se está ligado.',
  'modbus.twoMasters':
    '{port} já é lido por outra fonte como “{theirs}”, e não como “{ours}”. Dois mestres numa linha perturbam-se: dê o mesmo a ambas, ou desligue a outra e guarde esta de novo. Se era esta mesma, como estava guardada, guarde-a como deve ser e veja se lê.',
  'serial.missing': 'Essa porta não existe. Veja se o adaptador está ligado.',
  'serial.forbidden':
    'Este programa não pode usar {path}. Ponha o seu utilizador no grupo da porta (muitas vezes dialout) e reinicie-o.',
  'serial.busy': 'Outro programa tem a porta aberta. Termine-o: dois mestres numa linha perturbam-se.',
  'serial.unplugged': 'O dispositivo foi desligado da porta.',
  'serial.noPackage':
    'Falta aqui o pacote serialport. Execute npm ci num computador para o qual ele tenha um programa.',

  'tuya.silent': '{host} já não diz nada. Veja se está ligado, e o seu Wi-Fi.',
  'tuya.noPoints':
    'Ligado a {host}, mas nenhum dos pontos de dados chega. Veja os pontos de dados, e se o dispositivo os tem.',
  'tuya.other': 'O que {host} diz na porta {port} não é da Tuya. Veja o endereço.',
  'tuya.device': '{host} não é o dispositivo {device}. Veja o seu ID.',
  'tuya.question':
    '{host} não aceita perguntas deste tipo. Veja a chave local. Dispositivos que têm de ser comandados para se lerem não são lidos.',
  'tuya.broken': '{host} interrompeu a ligação. A tentativa repete-se.',
  'tuya.hungUp':
    '{host} desligou sem uma palavra: outro programa (o Home Assistant, por exemplo) tem a única ligação, a chave local está errada, ou o dispositivo não fala {version}.',
  'tuya.key':
    '{host} está presente, mas a chave e a versão não abrem o que diz: a chave local é outra (muda sempre que o dispositivo é emparelhado de novo), ou ele não fala {version}.',
  'tuya.version': '{host} não fala {version}. Procurar à volta diz que versão fala.',

  'opcua.noPackage':
    'Falta aqui o pacote node-opcua-client. Instale o Joulegate com os pacotes opcionais (npm ci sem --omit=optional).',
  'opcua.connecting':
    'A ligar a {url}, que ainda não respondeu. Se continuar assim, veja o endereço e a porta, e se o servidor está ligado.',
  'opcua.noValue': 'Ligado, mas o servidor ainda não disse nenhum valor. Di-los a cada {seconds} s.',
  'opcua.nodes': 'Nós sem valor: {silent} de {all}. {node}: {because}',
  'opcua.node.unknown':
    'Este nó não existe. Veja o node id, e se o seu ns= ainda é o mesmo desde que o servidor foi configurado de novo.',
  'opcua.node.id': 'O servidor não aceita este node id.',
  'opcua.node.noVariable': 'Este nó não é uma variável e não tem valor.',
  'opcua.node.unreadable': 'O servidor não deixa lê-lo.',
  'opcua.node.access': 'Este início de sessão não pode lê-lo.',
  'opcua.node.noCommunication': 'O servidor não chega ao dispositivo por trás dele.',
  'opcua.node.notConnected': 'O servidor não está ligado ao dispositivo por trás dele.',
  'opcua.node.waiting': 'O servidor ainda não tem valor.',
  'opcua.node.off': 'Está desligado no servidor.',
  'opcua.node.sensor': 'O servidor diz que o sensor falhou.',
  'opcua.node.device': 'O servidor diz que o dispositivo falhou.',
  'opcua.node.range': 'O servidor diz que está fora do intervalo.',
  'opcua.node.last': 'O servidor dá um valor antigo, pois não lhe chegou outro mais novo.',
  'opcua.node.initial': 'O servidor dá um valor inicial que ninguém mediu.',
  'opcua.node.substitute': 'O servidor dá um valor que alguém introduziu à mão.',
  'opcua.node.inaccurate': 'O servidor diz que o sensor não é exato.',
  'opcua.node.status': 'O servidor dá ao seu valor um estado que não é bom.',
  'opcua.node.type': 'Não é um número. É preciso Boolean, SByte a UInt64, Float ou Double.',
  'opcua.node.large': 'O seu número não o é, ou é demasiado grande para ser lido com exatidão.',
  'opcua.node.silent': 'O servidor aceita-o e não diz nada dele.',
  'opcua.node.noTime': 'Não traz hora, por isso não se sabe que idade tem.',
  'opcua.node.old': 'O seu valor é mais antigo do que se permite.',
  'opcua.path': 'O servidor em {place} não conhece este caminho. Indique-o como o servidor o mostra.',
  'opcua.login':
    'O servidor recusa o início de sessão. Veja o utilizador e a palavra-passe, e se este utilizador pode entrar ali.',
  'opcua.sessions': 'O servidor tem tantos clientes quantos aceita. Termine outro, ou permita ali mais.',
  'opcua.time': 'Um certificado não é válido agora. Veja os relógios deste computador e do servidor.',
  'opcua.securityRefused': 'O servidor recusa este tipo de segurança. Escolha outro, ou permita-o ali.',
  'opcua.ownCertificate':
    'O servidor não aceita o certificado deste cliente. Confie nele ali (quase sempre fica em “rejected”: mova-o para “trusted”). Chama-se Joulegate, o seu SHA-1 é {sha1}, e está na pasta de dados como opcua/client.der.',
  'opcua.other': 'Quem responde em {place} não fala OPC UA. Veja a porta (muitas vezes 4840).',
  'opcua.mute':
    'Em {place} alguém aceita a ligação e não diz nada. Veja a porta (muitas vezes 4840), e se o servidor OPC UA está bem.',
  'opcua.unanswered': '{place} não responde. Veja o endereço, uma firewall pelo meio, e se está ligado.',
  'opcua.ended':
    'Em {place} alguém responde e termina a ligação: não há ali um servidor OPC UA, ou agora não aceita ninguém. Veja a porta (muitas vezes 4840).',
  'opcua.busy': 'O servidor está a começar, a terminar, ou tem demasiado que fazer.',
  'opcua.subscriptions': 'O servidor não aceita mais subscrições. Termine outro cliente, ou leia menos nós.',
  'opcua.broken': 'A ligação a {place} quebrou-se.',
  'opcua.lost': 'O servidor terminou a ligação, ou já não diz nada. Liga-se de novo.',
  'opcua.unusable': 'O servidor em {place} não se pode usar.',
  'opcua.oldPolicies':
    'O servidor só oferece {offered}, o que já não é seguro. Permita ali {safe}, ou escolha outra segurança.',
  'opcua.security': 'O servidor não oferece a segurança “{wanted}”. Oferece: {offered}.',
  'opcua.loginKind':
    'Com esta segurança o servidor não aceita o início de sessão “{wanted}”. Aceita: {offered}.',
  'opcua.readable':
    'Com a segurança “{wanted}” o servidor quer a palavra-passe legível para qualquer pessoa na rede, e não a recebeu. Oferece também: {better}. Escolha isso.',
  'opcua.security.none': 'nenhuma',
  'opcua.security.sign': 'assinada',
  'opcua.security.encrypt': 'assinada e cifrada',
  'opcua.login.anonymous': 'sem início de sessão',
  'opcua.login.user': 'utilizador e palavra-passe',
  'opcua.login.certificate': 'certificado',
  'opcua.unknown': 'nada que se conheça',
  'opcua.noCertificate':
    'O servidor não mostra nenhum certificado, e assim nada se pode proteger. Configure ali um.',
  'opcua.notTrusted':
    'Ainda não se confia no certificado do servidor. Compare-o com o que o próprio servidor mostra, e indique a impressão digital se forem iguais: SHA-256 {sha256} (SHA-1 {sha1}).',
  'opcua.otherCertificate':
    'O servidor mostra outro certificado que não aquele em que se confia: SHA-256 {sha256} (SHA-1 {sha1}). Se foi renovado, compare-o com o que o próprio servidor mostra e indique a nova impressão digital; senão, há alguém pelo meio.',

  'sender.never': 'Ainda nada foi enviado. Veja o endereço e o token em quem envia.',
  'sender.silent':
    'Nada foi enviado durante três intervalos. Veja se quem envia está a funcionar, e o que lhe foi respondido.',
  'sender.past':
    'O que é enviado tem pelo menos {minutes} min. Veja o relógio de quem envia, ou se envia o que esteve à espera.',
  'sender.refused': 'Do que foi enviado, recusado: {count}.',
  'sender.notStored':
    'Valores não guardados: {count}. O seu intervalo já tinha outro. Veja com que frequência se mede.',
  'records.never': 'Desde que este servidor começou ainda nada foi enviado.',
  'records.refused': 'O que foi enviado é recusado.',
  'records.noTrial':
    'Aqui não há nada para experimentar: guarde esta fonte, e depois configure o reencaminhamento no outro Joulegate. O teste ali diz se chega aqui.',

  'mail.timeout': '{host} não aceitou a mensagem em {seconds} s.',
  'mail.login': '{host} não deixa entrar este utilizador. Veja o utilizador e a palavra-passe.',
  'mail.refused': '{host} não aceita a mensagem.',
  'push.nobody': 'Não há nenhum navegador inscrito. Abra ali esta página, e inscreva-o em Alarmes, Canais.',
  'push.failed': 'Não se chegou a todos os navegadores.',
  'queue.tooMany': 'Esperavam mais de {most}.',
  'queue.tooOld': 'Abandonado ao fim de um dia.',
  'queue.off': 'O canal está desligado.',
  'forward.nothing': 'Ainda não se mediu nada do que seria enviado.',
  'forward.removed': 'Entretanto foi removido.',
  'forward.noAnswer': 'O outro lado não diz o que tem.',
  'forward.otherPast': 'O outro lado tem registos até {upTo} de outro passado: recomeçou-se.',
  'homeAssistant.leftOut':
    'Contadores deixados de fora: {count}. Uma configuração comunica {most} no máximo.',
  'modbusServer.noValue':
    '{meter} ainda não comunicou valores em tempo real; quem pergunta é recusado (0x0B).',
  'modbusServer.oldValue':
    'O valor mais recente de {meter} tem {seconds} s, e permitem-se {most} s; quem pergunta é recusado (0x0B). Veja o gateway: se está online e se o relógio está certo.',
  'modbusServer.oldQuantity':
    '{quantity} de {meter} tem {seconds} s, e permitem-se {most} s; leituras que o incluam são recusadas (0x0B). Veja com que frequência a fonte o comunica, e o valor mais antigo nas definições.',
  'modbusServer.settings': 'As definições já não são válidas. Guarde-as de novo.',
  'listen.taken':
    'A porta {port} em {address} está ocupada por outro programa. Termine-o ou escolha outra porta.',
  'listen.forbidden':
    'O utilizador deste host não pode abrir a porta {port}. Escolha uma a partir de 1024, como 1502, ou deixe o sistema encaminhar a 502 para lá.',
  'listen.noAddress':
    '{address} não é agora um endereço desta máquina. Escolha um que seja, ou 0.0.0.0 para todos.',
  'listen.failed': 'Não foi possível abrir a porta {port} em {address}.',
  'influx.notWritten':
    'O servidor não responde 204, como faz o InfluxDB quando tudo está escrito. Veja o endereço, e se lá está o InfluxDB.',
  'forward.leftOut':
    'Contadores deixados de fora: {count}, como {meter}. Lá chamar-se-ia {name}, e 64 caracteres são o máximo.',

  'import.decimals':
    '{number} foi lido com casas decimais. Se quer dizer {whole}, escolha {sign} como o que está entre milhares.',
  'import.days':
    '{time} foi lido como dia {day} do mês {month}, e nenhum dia do ficheiro diz que não é ao contrário. Se for, o formato é {format}.',
  'import.zone':
    '{time} não diz o fuso horário e foi lido como hora de {zone}. O CURRENT_TIMESTAMP do SQLite e muitos registadores escrevem UTC: se for assim, escolha UTC como fuso do ficheiro.',
  'import.once':
    '{time} está lá uma vez, e os relógios de {zone} mostraram-no duas. Se as horas do ficheiro são de UTC, ou do mesmo desvio todo o ano (como Etc/GMT-1 para UTC+1), escolha isso como fuso do ficheiro.',
  'import.falls':
    'Menos do que na linha {before}. Um contador só cresce até recomeçar: quantidades de intervalos não são leituras.',
  'import.unlike':
    'Cresce {grows} Wh, e a potência do mesmo contador dá {makes} Wh. Veja os dois fatores: um kWh são 1000 Wh.',
  'import.seam':
    'Mostra {before} e, {hours} h depois, {after}: as leituras do ficheiro e as que já existem não continuam umas às outras, e o que está no meio pode contar como energia. Se forem de dois contadores, ou se um conta desde outro início, como uma soma do Home Assistant, importe para um contador próprio.',
  'import.asEnds':
    'A primeira hora é {seconds} s depois da meia-noite, como em fins de intervalos, e vale como início. Se forem fins, escolha o fim do intervalo.',
  'import.unsaidStart':
    'As horas valem como inícios de intervalos de {seconds} s, e nada no ficheiro o diz. Se forem fins, escolha o fim do intervalo.',
  'import.unsaidEnd':
    'As horas valem como fins de intervalos de {seconds} s, e nada no ficheiro o diz. Se forem inícios, escolha o início do intervalo.',
  'import.dayEnd':
    '{times} vezes a meia-noite está depois do resto do seu dia e vale como início desse dia. Se for o fim, escreva 24:00 ou a data do dia seguinte.',
  'import.longer':
    '{times} vezes seguidas são {seconds} s até ao valor seguinte, e este vale como média de {windowS} s, com uma falha depois. Se for de todos os {seconds} s, importe essa parte do ficheiro à parte.',
  'import.kilo': 'Nunca passa de {watts} W, e nenhum nome diz a unidade: de kW ou kWh o fator é 1000.',
  'import.moments':
    'Cresce como dá a potência do intervalo anterior: as leituras são das horas das suas linhas, {seconds} s antes das que lhes valem. Escolha que uma hora é a de um momento.',
  'import.night':
    'Vale como injetado ou produzido e continua de noite, como o consumo. Se for consumo, escolha importação, ou potência com um fator acima de 0.',
  'import.sun':
    'Vale como consumo e é nada das 23 às 2 horas em cada noite, como o que o sol produz. Se for produção, escolha exportação, ou potência com um fator abaixo de 0.',
};
