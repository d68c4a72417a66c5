"""CityLake: the open data lake of a city's big-data bureau.

landing 归集 -> staging 治理 -> base 基础库 -> marts 主题库 -> kpi 指标 -> reports 报告
"""

__version__ = "0.1.0"
