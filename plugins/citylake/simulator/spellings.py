"""Words that departments write for one code: the standard word first, then the other spellings seen in real files."""

from __future__ import annotations

import numpy as np
import polars as pl

SPELLINGS: dict[str, dict[str, list[str]]] = {
    "sex": {"male": ["男", "1", "男性", "M"], "female": ["女", "2", "女性", "F"]},
    "register_status": {
        "normal": ["正常", "0", "有效", "在册"],
        "dead": ["死亡", "1", "死亡注销", "已死亡"],
        "moved_out": ["迁出", "2", "迁出注销", "迁往市外"],
        "cancelled": ["注销", "9", "其他注销"],
    },
    "insured_status": {
        "insured": ["正常参保", "1", "参保缴费", "正常", "参保"],
        "suspended": ["暂停参保", "2", "暂停缴费", "暂停", "停保"],
        "ended": ["终止参保", "3", "终止", "终止缴费", "退保"],
    },
    "social_insurance_type": {
        "employee_pension": ["企业职工基本养老保险", "110", "企业养老", "职工养老"],
        "institution_pension": ["机关事业单位养老保险", "120", "机关养老"],
        "resident_pension": ["城乡居民基本养老保险", "170", "居民养老", "城乡居民养老"],
        "unemployment": ["失业保险", "210", "失业"],
        "work_injury": ["工伤保险", "410", "工伤"],
    },
    "medical_insurance_type": {
        "employee": ["职工", "310", "职工基本医疗保险", "职工医保"],
        "resident": ["居民", "390", "城乡居民基本医疗保险", "居民医保"],
    },
    "activation_type": {"activate": ["激活", "1", "开通", "首次激活"], "deactivate": ["注销", "0", "解绑", "取消"]},
    "issue_type": {"issue": ["签发", "1", "首次签发", "开通"], "cancel": ["解除", "0", "解除关联", "注销"]},
    "card_channel": {
        "alipay": ["支付宝", "支付宝小程序", "ALIPAY"],
        "wechat": ["微信", "微信小程序", "微信支付", "WECHAT"],
        "government_app": ["我的常州", "我的常州APP", "苏服办", "江苏智慧人社", "国家医保服务平台"],
        "bank": ["银行", "银行APP", "合作银行", "云闪付"],
        "counter": ["窗口", "柜台", "经办大厅"],
    },
    "card_status": {
        "valid": ["正常", "1", "激活", "有效"],
        "lost": ["挂失", "2", "临时挂失", "正式挂失"],
        "cancelled": ["注销", "9", "作废", "已注销"],
    },
    "enterprise_status": {
        "active": ["存续", "1", "在业", "开业", "在营", "存续(在营、开业、在册)"],
        "revoked": ["吊销", "2", "吊销,未注销", "吊销未注销"],
        "deregistered": ["注销", "3", "已注销", "吊销,已注销"],
    },
    "taxpayer_status": {
        "normal": ["正常", "03", "正常户"],
        "abnormal": ["非正常", "05", "非正常户"],
        "deregistered": ["注销", "07", "非正常户注销", "核准注销"],
    },
    "secrecy_level": {
        "none": ["非涉密", "非密", "公开", "无", "0"],
        "internal": ["内部", "内部资料", "工作秘密"],
        "secret": ["涉密", "秘密", "机密"],
    },
    "system_status": {
        "in_use": ["在用", "运行", "使用中", "1"],
        "retired": ["停用", "下线", "已停用", "0"],
        "in_build": ["在建", "建设中", "试运行"],
    },
    "deployment": {
        "government_cloud": ["政务云", "市政务云", "市云中心", "云计算中心", "常州政务云"],
        "own_room": ["自建机房", "本单位机房", "自建机房(云)", "单位机房", "自建机房（云）"],
        "provincial": ["省级平台", "省云", "省政务云"],
        "commercial_cloud": ["公有云", "阿里云", "租用"],
    },
    "server_status": {
        "running": ["运行", "在用", "运行中"],
        "stopped": ["停机", "关机", "停用"],
        "released": ["已释放", "释放", "销毁"],
        "test": ["测试", "测试机"],
    },
    "sharing_type": {
        "unconditional": ["无条件共享", "无条件", "1"],
        "conditional": ["有条件共享", "有条件", "授权共享", "2"],
        "none": ["不予共享", "不共享", "3"],
    },
    "openness": {
        "unconditional": ["可开放", "无条件开放", "开放", "1"],
        "conditional": ["有条件开放", "依申请开放", "2"],
        "none": ["不开放", "不予开放", "3"],
    },
    "resource_status": {
        "published": ["已发布", "在用", "发布", "有效"],
        "withdrawn": ["已撤销", "停用", "撤销", "失效"],
        "draft": ["待发布", "编制中", "审核中"],
    },
    "attachment_method": {
        "interface": ["接口", "API", "服务接口"],
        "table": ["库表", "数据库表", "库表交换"],
        "file": ["文件", "文件下载", "附件"],
    },
    "interface_status": {
        "callable": ["正常", "可调用", "在用", "已挂接"],
        "broken": ["异常", "不可用", "调用失败"],
        "stopped": ["停用", "已下线", "下线"],
        "test": ["测试", "联调", "测试中"],
    },
    "online_depth": {
        "1": ["Ⅰ级", "I级", "一级", "1级", "1.0"],
        "2": ["Ⅱ级", "II级", "二级", "2级", "2.0"],
        "3": ["Ⅲ级", "III级", "三级", "3级", "3.0"],
        "4": ["Ⅳ级", "IV级", "四级", "4级", "4.0"],
    },
    "item_status": {"enabled": ["启用", "在用", "有效", "1"], "disabled": ["停用", "取消", "失效", "暂停", "0"]},
    "case_channel": {
        "online": ["网上", "网上申请", "网上办事大厅", "互联网", "PC端"],
        "mobile": ["移动", "移动端", "掌上", "手机APP", "小程序"],
        "kiosk": ["自助", "自助终端", "自助机"],
        "window": ["窗口", "窗口申请", "大厅窗口", "现场"],
    },
    "junction_status": {
        "in_use": ["启用", "在用", "正常", "1"],
        "stopped": ["停用", "拆除", "黄闪", "0"],
        "rebuilding": ["改造中", "施工", "改建", "在建"],
    },
    "cloud_status": {
        "in_use": ["在用", "使用中", "正常"],
        "trial": ["试用", "试用账号", "体验"],
        "lapsed": ["到期", "停用", "合同到期", "已注销"],
    },
}

STANDARD_SHARE = 0.7
BOOLEANS = ("是", "否", "1", "0")


def spell(codes: pl.Series, list_name: str, rng: np.random.Generator | None) -> pl.Series:
    """The words written for a column of codes; without a generator always the standard word. Nulls stay null."""
    words = SPELLINGS[list_name]
    if rng is None:
        return codes.replace_strict({code: some[0] for code, some in words.items()}, return_dtype=pl.String)
    starts = np.cumsum([0, *(len(some) for some in words.values())])[:-1]
    others = np.array([len(some) - 1 for some in words.values()])
    code = codes.replace_strict(dict(zip(words, range(len(words)), strict=True)), return_dtype=pl.Int32)
    at = code.fill_null(0).to_numpy()
    draw = rng.random(len(at))
    other = 1 + ((draw - STANDARD_SHARE) / (1 - STANDARD_SHARE) * others[at]).astype(np.int64)
    index = starts[at] + np.where(draw < STANDARD_SHARE, 0, np.clip(other, 1, others[at]))
    written = pl.Series([word for some in words.values() for word in some], dtype=pl.String).gather(index)
    return (
        written
        if codes.null_count() == 0
        else written.to_frame("w").select(pl.when(pl.lit(codes.is_not_null())).then("w").alias("w"))["w"]
    )


def spell_boolean(values: pl.Series, rng: np.random.Generator | None) -> pl.Series:
    """是/否, and now and then 1/0 when a generator is given."""
    base = (~values.fill_null(False)).cast(pl.Int64).to_numpy()
    index = base if rng is None else base + 2 * (rng.random(len(values)) < 1 - STANDARD_SHARE)
    written = pl.Series(BOOLEANS, dtype=pl.String).gather(index)
    return written.to_frame("w").select(pl.when(pl.lit(values.is_not_null())).then("w").alias("w"))["w"]
