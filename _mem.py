import re, pathlib
def main():
    from benchmarks import databases as d, pages
    from benchmarks.web import serving, _children
    full="gov_bench_keep"
    targets=d.run("benchmarks.pages:targets", full)
    o = type("O", (), {"seconds": 0.6})()
    def show(tag,web):
        for pid in _children(web.pid):
            t=pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            print(tag,pid,{k:round(int(v)*1024/1e6,1) for k,v in re.findall(r"^(Rss|Pss|Shared_Clean|Private_Clean|Private_Dirty|Anonymous):\s+(\d+)",t,re.M)},flush=True)
    with serving(full) as web:
        show('start',web)
        for t in targets[::3]: pages._ask(web,t,o)
        show('after',web)
        pid=_children(web.pid)[0]
        import collections
        c=collections.Counter(); name=''
        for l in open(f"/proc/{pid}/smaps"):
            if re.match(r'^[0-9a-f]+-',l): name=l.split(None,5)[5].strip().split('/')[-1] if len(l.split(None,5))>5 else 'anon'
            elif l.startswith('Rss'): c[name]+=int(l.split()[1])*1024/1e6
        print([(k,round(v,1)) for k,v in c.most_common(30)])
