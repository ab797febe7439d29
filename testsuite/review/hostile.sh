#!/bin/bash
# Writes a script whose text tries to become markup, to steer a terminal, to hide and to overflow.
# hostile.sh FILE
{
	printf '# </style></script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>\n'
	printf '# --><svg onload=window.pwned=1> &lt;b&gt; "quotes" '"'single'"' <!-- ]]>\n'
	printf '# bidi: \xe2\x80\xae desrever \xe2\x80\xac \xe2\x81\xa6 isolate \xe2\x81\xa9 zero\xe2\x80\x8bwidth \xef\xbb\xbf\n'
	printf '# terminal: \033[31mred\033[0m \033]0;title\007 \302\233 \001 back\010space\n'
	printf '# bytes: \377\376 \300\200 \355\240\200 \364\220\200\200 \360\237\230\n'
	printf '# %s\n' "$(printf 'x%.0s' {1..10000})"
	printf '# %s\n' "$(printf '</script>%.0s' {1..1200})"
	printf 'global last\n'
	printf '%%{ /* </pre><script>window.pwned=1</script> \xe2\x80\xae \033[31m */ %%}\n'
	printf 'function f:string(x:string) %%{ /* <b onclick="pwned=1"> */ %%}\n'
	printf 'probe begin { # stapvet: disable=array-grows -- <script>window.pwned=1</script>\n'
	printf '\tlast = "</script><script>window.pwned=1</script>\xe2\x80\xae\\033[31m"\n'
	printf '\tprintf("<img src=x onerror=window.pwned=1>%%s %%s\\n", f(last), execname())\n'
	printf '\tsystem("echo \xe2\x80\xae </script>" . last)\n'
	printf '\tif (strlen(last) > 600) error("</script>" . last)\n'
	printf '\texit()\n}\n'
} >"$1"
