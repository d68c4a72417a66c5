"""CityLake: the open data lake of a city's big-data bureau.

landing 归集 -> staging 治理 -> base 基础库 -> marts 主题库 -> kpi 指标 -> reports 报告
"""

import os

# polars' allocator gives memory back to the system after half a second, which costs more in page faults than it saves
# while a large file goes through: here after ten. It is read when polars is first loaded, hence in this place.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000")

__version__ = "0.1.0"
