"""Weak theme labels: written rules, because no labelled set exists.

Each theme has patterns per language; a review's label is the theme with the most evidence, quality
when there is none. Stars steer what words alone can't tell: "no problem, never broke" under five
stars is praise, and a fast delivery is no delivery issue. What these labels are worth is measured on
hand-labelled reviews (evaluate.py), not on the rules themselves.
"""

import re

THEMES = (
    "product quality or satisfaction",
    "product defect or damaged item",
    "delivery issue or shipping delay",
    "customer service or support",
)
QUALITY, DEFECT, DELIVERY, SERVICE = range(4)

# (theme, weight, pattern). Weight 2 says it outright, 1 is a hint.
_PATTERNS: dict[str, tuple[tuple[int, float, str], ...]] = {
    "en": (
        (DEFECT, 2, r"\b(broke|broken|broke[n]? (off|down)|defect\w*|faulty|malfunction\w*|cracked|shattered|damaged|ripped|torn|leak(s|ed|ing|y)?|fell apart|falls? apart|came apart|stopped work\w*|quit work\w*|(does ?n.?t|did ?n.?t|do ?n.?t|not|never|no longer|wo ?n.?t|would ?n.?t|will not) (even )?(work\w*|turn on|charge\w*|power)|dead|died|shorted|burn(t|ed) (out|up)|snapped|bent|peel(ed|ing)|missing (a |the )?(part|piece|screw)\w*)\b"),
        (DEFECT, 1, r"\b(rust\w*|scratch\w*|dent(s|ed)?|chipped|loose|tore|rip|hole|unusable|useless|return(ed|ing)? it)\b"),
        (DELIVERY, 2, r"\b((never|not|has ?n.?t|have ?n.?t|did ?n.?t|yet to) (yet )?(arriv\w*|receiv\w*|deliver\w*|c[ao]me|get (it|them|my|the))|arriv\w* (very |too )?late|late (delivery|shipping)|(still )?waiting (for|on) (it|them|my|the)|(delivery|shipping|shipment) (was|is|took|time|delay)\w*|lost (in|package)|wrong address|took (\w+ ){1,4}(weeks?|months?|days?) to (arrive|get|come|ship|deliver)|out for delivery|tracking|courier|ups|usps|fedex|mail ?man|never (arrived|received|came|showed))\b"),
        (DELIVERY, 1, r"\b(deliver\w*|shipp(ed|ing)|shipment|package|parcel|arrived|late|delay\w*)\b"),
        (SERVICE, 2, r"\b(customer (service|support|care)|tech(nical)? support|support team|refund\w*|(contacted|emailed|called|wrote to|reached out|contact|email) (the |them|customer|seller|company|amazon|manufacturer|vendor|support)\w*|(seller|vendor|company|they|amazon) (never |did ?n.?t |did not |would ?n.?t |refuse[ds]? |wo ?n.?t )?(respond\w*|repl(y|ied)|answer\w*|honou?r)|warranty|no (response|reply)|money back|return policy|replacement was sent|sent (me )?a (new|replacement))\b"),
        (SERVICE, 1, r"\b(service|support|seller|vendor|return(s|ed)?|replac\w+|exchange)\b"),
        (DEFECT, 1.6, r"\b(fail(s|ed|ing)?|dying|quit|stopp?ed (\w+ )?(working|charging|playing)|fell off|falling apart|falls? off|com(es|ing) apart|breaks?|did ?n.?t (even )?last|does ?n.?t last|melted|mold(y|ed)?|dirty|stain(s|ed)|expired|(was|were|is|looked?|looks) (clearly |obviously |already )?(used|opened|open)|missing|wo ?n.?t (stay|hold|charge|work|turn)|keeps? (disconnect|shut|turn|fall|los)\w*|loses? (its )?(charge|connection|suction)|crackl\w+|overheat\w*|glitch\w*|stuck)\b"),
        (DELIVERY, 2, r"\b((sent|received|got|shipped|delivered|gave) (me |us )?(the |a )?(wrong|different)|not what i ordered|wrong (item|colou?r|size|product|one|model|book|part)|i ordered [^.]{3,60} (and|but) (i )?(got|received|they sent)|was not sent|never (got|showed|delivered|shipped))\b"),
    ),
    "de": (
        (DEFECT, 2, r"\b(kaputt\w*|defekt\w*|beschädig\w*|gebrochen|zerbroch\w*|bricht|abgebrochen|gerissen|zerriss\w*|undicht|funktionier\w* (leider |überhaupt |gar |schon |einfach )*(nicht|nie)\w*|(geht|ging|lädt|läuft) (leider |überhaupt |gar |schon )*nicht( mehr)?|nicht mehr (funktion\w*|geladen|angegangen)|fehlerhaft\w*|löst sich|aufgelöst|abgefallen|abgeplatzt|ausgefallen|ausgelaufen|mangelhaft\w*|geplatzt)\b"),
        (DEFECT, 1, r"\b(kratzer\w*|zerkratzt|verbogen|risse?|loch|löcher|rost\w*|unbrauchbar|müll|schrott|fehl(t|en|te))\b"),
        (DELIVERY, 2, r"\b(nie (angekommen|erhalten|geliefert)|nicht (angekommen|erhalten|geliefert|bekommen|zugestellt)|noch nicht da|bis heute nicht|(lieferung|versand|lieferzeit) (war |ist |hat |dauert\w* )?(\w+ )?(lang\w*|spät\w*|verspätet|schlecht|katastroph\w*)|zu spät|verspät\w*|falsch (geliefert|zugestellt)|falsche\w* (artikel|ware|lieferung)|dhl|hermes|dpd|zusteller|sendung\w*)\b"),
        (DELIVERY, 1, r"\b(liefer\w*|versand\w*|paket\w*|zustell\w*|angekommen|woche[n]? gewartet)\b"),
        (SERVICE, 2, r"\b(kundenservice|kundendienst|kundenbetreuung|kundensupport|support|service|rückerstatt\w*|erstattet|erstattung|geld zurück|keine (antwort|reaktion|rückmeldung)|reklam\w*|garantie|kulan\w*|kontaktiert|angeschrieben|anbieter (antwort|reagiert|meldet)\w*)\b"),
        (SERVICE, 1, r"\b(händler\w*|verkäufer\w*|anbieter\w*|ersatz\w*|umtausch\w*|rücksend\w*|zurückgeschickt|retour\w*)\b"),
        (DEFECT, 1.6, r"\b(reagier\w* (\w+ )?nicht|nicht (einwandfrei|richtig|voll) funktion\w*|funktioniert (\w+ )?nicht|nicht mehr (richtig|voll|laden|aufladen|an|funktions\w*|reagiert)|hält nicht|hielt nicht|(nicht|nur) (\w+ ){0,3}gehalten|gelöst|fällt (ab|auseinander|runter)|fielen? (ab|auseinander)|fehl(t|en|te|ten)|fehlende\w*|gebraucht\w* (artikel|ware|gerät|display|produkt)|(schon|bereits|offensichtlich) (gebraucht|benutzt|geöffnet)|verbogen|schmutzig|dreckig|verschimmelt|kein (ton|bild|signal|strom)|akku (ist )?(schnell |nach \w+ )?(leer|tot)|tot|ausgefallen|abgegangen|bricht|bruch|stürzt ab|wackel\w*|flacker\w*|aufgegeben|geplatzt)\b"),
        (DELIVERY, 2, r"\b(falsch\w* (artikel|ware|farbe|größe|produkt|teil\w*|modell)|nicht (das|den|die) (\w+ )?(bekommen|erhalten|geliefert)|(anstatt|statt) [^.]{3,50} (geliefert|bekommen|erhalten|geschickt)|nie (\w+ ){1,3}(angekommen|erhalten|geliefert|losgeschickt)|nie (losgeschickt|verschickt)|nicht (\w+ ){1,2}(angekommen|geliefert)|leere verpackung)\b"),
    ),
    "fr": (
        (DEFECT, 2, r"\b(cass[ée]\w*|défectueu\w*|defectueu\w*|abîm\w*|abim\w*|endommag\w*|ne (fonctionne|marche|charge|s.allume|tient) (plus|pas)|fonctionne (plus|pas)|marche (plus|pas)|(n.a|n.ont|pas|plus) (jamais )?fonctionn\w*|en panne|tomb\w* en panne|déchir\w*|dechir\w*|fissur\w*|hors service|\bhs\b|fuit|fuite\w*|se (décolle|casse|déchire|détach)\w*|décoll\w*|bris[ée]\w*|lâch[ée])\b"),
        (DEFECT, 1, r"\b(rayé\w*|rayure\w*|tordu\w*|trou\w*|rouill\w*|inutilisable\w*|poubelle|manqu\w+|défaut\w*|plus rien)\b"),
        (DELIVERY, 2, r"\b(jamais (reçu|recu|arriv\w*|livr\w*)|pas (encore )?(reçu|recu|arriv\w*|livr\w*)|toujours (rien|pas) (reçu|recu|arriv\w*)|rien (reçu|recu)|retard\w*|livraison (très |trop |hyper |extrêmement )?(long\w*|lent\w*|catastroph\w*|tardive)|délai\w* (de livraison )?(non|pas|trop|très|long)\w*|(transporteur|livreur|chronopost|colissimo|mondial relay|la poste)\b)"),
        (DELIVERY, 1, r"\b(livr\w+|exp[ée]di\w+|colis|d[ée]lai\w*|envoi|reçu en retard)\b"),
        (SERVICE, 2, r"\b(service (client\w*|après[- ]vente|apres[- ]vente)|\bsav\b|rembours\w*|(aucune|pas de|sans) (réponse|reponse)|(vendeur|fournisseur) (ne|n.a|injoignable|malhonn\w*|refuse|a refusé|répond|sérieux|réactif)\w*|garantie|contact[ée]\w*|réclam\w*|reclam\w*)\b"),
        (SERVICE, 1, r"\b(service|vendeur\w*|retour\w*|renvoy\w*|renvoi\w*|échang\w*|fournisseur\w*)\b"),
        (DEFECT, 1.6, r"\b(ne tien(t|nent) (pas|plus)|pas tenu|n.a pas duré|ne dure pas|grill[ée]\w*|se (déconnecte|bloque|coince|détache|fissure|tord)\w*|bloqu[ée]\w*|impossible (de|d.)\s?(l.|le |la )?(allumer|charger|connecter|utiliser|ouvrir|fermer)|ne (répond|marche|fonctionne|s.ouvre|se ferme|se recharge)\w*|mauvais état|sale|moisi\w*|tach[ée]\w*|corn[ée]\w*|faux contact|(il |elle )?manqu(e|ait|ent|aient)|incomplet\w*|déjà (ouvert|utilisé)\w*|a été ouvert\w*|s.est (cass|déchir|fissur|décoll|arrêt)\w*|bugg?\w*|éclat)\b"),
        (DELIVERY, 2, r"\b((reçu|recu|livr[ée]|envoyé) (un |une |le |la |des )?(mauvais\w*|autre)|pas (le bon|la bonne|celui|celle|ce que j.ai) (\w+ )?(command\w*|produit|article|modèle|couleur|taille)?|erreur (de|dans) (\w+ )?(command|livraison|envoi|couleur|taille|produit|article)\w*|jamais (été )?(livr|reç|arriv)\w*|(livré|reçu|arrivé)\w* (trop |très )?(tard|en retard))\b"),
    ),
    "es": (
        (DEFECT, 2, r"\b(rot[oa]s?|rompi\w*|se (me )?(ha |han )?(roto|rompe|rompen|rompió|despeg\w*|estrope\w*)|defectuos\w*|estrope\w*|dañad\w*|averiad\w*|no (me )?(funciona\w*|carga\w*|enciende\w*|sirve\w*|va bien)|dej(ó|o|aron|ado) de funcionar|partid[oa]s?|agrietad\w*|fuga\w*|pierde agua|golpead\w*|deja de funcionar)\b"),
        (DEFECT, 1, r"\b(rayad\w*|rayones|agujero\w*|oxidad\w*|inservible\w*|basura|falta\w*|defecto\w*|descosid\w*|tar[ao]s?)\b"),
        (DELIVERY, 2, r"\b((no|nunca) (me |lo |ha |han |he |la |se )*(lleg\w*|recib\w*|entreg\w*)|sin recibir|todavía no|aún no (me )?(ha|he|lleg)\w*|(tard[óo]|tardaron|tarda|tardado) (\w+ )?(mucho|demasiado|semanas|mes|más)|retras\w*|con retraso|(mensajer|repartidor|transportista|correos|seur|agencia)\w*|fuera de plazo|env[ií]o (muy |demasiado )?(lento|tarde|mal))\b"),
        (DELIVERY, 1, r"\b(env[ií]o\w*|entrega\w*|paquete\w*|lleg[óo]|plazo\w*|tarde|pedido)\b"),
        (SERVICE, 2, r"\b(atenci[oó]n al cliente|servicio (al cliente|t[eé]cnico|post\w*|de atenci\w*)|reembols\w*|devoluci[oó]n\w*|devol(ver|vieron|vieran|uci\w*) (el |mi )?dinero|(no|nadie|sin) (me )?(contest\w*|respond\w*|respuesta)|garant[ií]a|contact\w+|reclam\w*|soporte)\b"),
        (SERVICE, 1, r"\b(vendedor\w*|servicio|devolver\w*|devuelto|devolví|cambi(o|aron|ar)lo|cambio)\b"),
        (DEFECT, 1.6, r"\b(se (me )?(ha |han )?(ca(e|en|ído|yó)|solt(ó|ado)|suelta\w*|apag(a|an|ó)|desconect\w*|raj\w*|descos\w*|desmont\w*|par(ó|a)|bloque\w*|descarg\w*)|no (me )?(ha |han )?(aguant|dur)\w*|suci[oa]s?|mal estado|(venía|vino|estaba|parece) (\w+ )?(usad|abiert|sin precintar|manchad|descolorid)\w*|deteriorad\w*|faltab?an?|(vino|venía|lleg[óo]|recibido) sin|fall(a|an|ó|aron|aba)|deja de|agujeread\w*|machacad\w*|partid\w*|no (conecta|reconoce|detecta|calienta|marca)\w*)\b"),
        (DELIVERY, 2, r"\b(me (lleg[óo]|ha llegado|han enviado|enviaron|mandaron|han mandado|ha venido|vino) (otr[oa]|un[oa]? (\w+ )?(distint|diferente|equivocad)\w*)|no es lo que (ped|compr|he ped|he compr)\w*|equivocad\w*|lleg(a|ó|aron|an) (muy |demasiado )?tarde|llevo (\w+ )?(esperando|\w+ (días|semanas|meses))|(no|ni) (he|e) recibido|no ha (llegado|venido))\b"),
    ),
    "ja": (
        (DEFECT, 2, r"(壊れ|故障|不良|破損|破れ|割れ|折れ|動かな|動作しな|使えなくな|使えません|使えない|充電(が)?でき|映らな|反応しな|反応しなく|認識しな|電源が(入|つ)|漏れ|剥が|はがれ|切れ(た|ま)|外れ(た|て|ま)|ヒビ|穴が)"),
        (DEFECT, 1, r"(傷|キズ|汚れ|欠け|曲が|ゴミ|初期|欠陥|取れ(た|て|ま)|不具合)"),
        (DELIVERY, 2, r"(届(か|き)(な|ま)|届いていま|届いてい?ない|まだ(届|来)|到着しな|配達(員|日|が)|遅(い|れ|く|延)|配送(が|の|に|も|業)|発送(が|も|さ|ま)|違う(商品|もの|物)が(届|来|入)|来ない|来ません|来ませんでした)"),
        (DELIVERY, 1, r"(配送|配達|到着|発送|届[いく])"),
        (SERVICE, 2, r"(返金|問い?合わせ|問合せ|カスタマー|サポート(セ|に|の|が|へ)|対応(が|も|は|を|し|の|に|で)|返信(が|も)|連絡(が|も|し|を)|出品者|ショップの|保証|販売元|販売者)"),
        (SERVICE, 1, r"(返品|交換|業者|メール|サービス)"),
    ),
    "zh": (
        (DEFECT, 2, r"(坏(了|的|掉)|破(损|了|的)|质量问题|次品|残次|不能用|用不了|不好用了|裂(了|开|缝|痕)|断(了|裂|掉)|掉(漆|色|毛|了)|故障|瑕疵|开胶|漏(水|气|液|油|电)|充不(进|上|了)|没反应|死机|失灵|开线|脱(胶|线|落)|缺页|划痕|变形|碎(了|的)|缺(少|了|件))"),
        (DEFECT, 1, r"(脏|旧|磨损|折痕|生锈|毛病|洞|起球|有问题|损坏)"),
        (DELIVERY, 2, r"(没(有)?(收到|送|发货)|未收到|收不到|物流(太|很|慢|真|差|也|不)|快递(员|太|很|慢|不|公司|态)|送货(太|很|慢|不|员|速度慢)|发货(太|很|慢|速度)|发错|错发|少发|漏发|寄错|等了|延迟|迟迟|配送(慢|太|很|员|站|速度))"),
        (DELIVERY, 1, r"(物流|快递|送货|发货|配送|包装|到货)"),
        (SERVICE, 2, r"(客服|售后|退款|服务(态度|太|很|差|不|好|质量)|卖家(不|态|没|服|说|也)|投诉|保修|维修|不给(退|换)|退换|联系(了|卖|客|亚|不))"),
        (SERVICE, 1, r"(退货|换货|卖家|服务|商家|态度)"),
    ),
}
_COMPILED = {
    language: tuple((theme, weight, re.compile(pattern, re.IGNORECASE)) for theme, weight, pattern in patterns)
    for language, patterns in _PATTERNS.items()
}
# What takes a defect back: "no defects", "nie kaputt", "aucun défaut".
_NOT_DEFECT = re.compile(
    r"\b(no|without|any|never|zero) (\w+ )?(defects?|scratch\w*|leaks?|damage|rust|broke\w*)|not (broken|damaged|leak\w*)"
    r"|\b(nicht|nie|ohne|kein\w*) (\w+ )?(kaputt|defekt|kratzer|beschädig\w*|schaden)"
    r"|\b(aucun|pas de|sans|jamais) (\w+ )?(défaut|cass\w*|rayure|problème)"
    r"|\b(sin|ningún|ninguna|nunca) (\w+ )?(defecto|rotura|daño|problema)\w*"
    r"|(壊れ(に|て(い)?ま?せん|ない)|傷(も|が)?な|問題な)|(没(有)?(任何)?(破损|瑕疵|问题|划痕|坏))",
    re.IGNORECASE,
)


def weak_label(text: str, language: str, stars: int) -> tuple[int, bool]:
    """Theme number, and whether the rules found clear evidence (False = quality by default, or close)."""
    score = [0.0, 0.0, 0.0, 0.0]
    early = [10**9] * 4
    for theme, weight, pattern in _COMPILED[language]:
        hits = list(pattern.finditer(text))[:4]
        if hits:
            score[theme] += weight * (1 + 0.35 * (len(hits) - 1))
            early[theme] = min(early[theme], hits[0].start())
    if _NOT_DEFECT.search(text):
        score[DEFECT] -= 2
    # Long reviews mention everything once: evidence must grow with length.
    need = 1.2 + min(len(text) if language not in ("ja", "zh") else 2 * len(text), 3000) / 900
    if stars >= 4:
        score[DEFECT] *= 0.45
        score[DELIVERY] *= 0.35
        score[SERVICE] *= 0.75
    elif stars == 3:
        score[DEFECT] *= 0.8
        score[DELIVERY] *= 0.8
    # What went wrong first names the theme; the refund or the reply that followed must be said louder.
    if max(score[DEFECT], score[DELIVERY]) >= 1.6:
        score[SERVICE] *= 0.75
    best = max((DEFECT, DELIVERY, SERVICE), key=lambda theme: (score[theme], -early[theme]))
    if score[best] < need:
        return QUALITY, score[best] < 1
    others = sorted((score[theme] for theme in (DEFECT, DELIVERY, SERVICE) if theme != best), reverse=True)
    return best, score[best] - others[0] >= 0.7
